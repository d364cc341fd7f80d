import {
  type MicroSiteIcon,
  type MicroSiteSection,
  type MicroSiteTile,
  microSiteIcons,
  microSiteSections,
  type microSiteTile,
} from '@anlin/contract';
import { Form, Input, Modal, Radio } from 'antd';
import type { EditedTile } from './edited-tile.ts';
import { MicroSiteIconPicture } from './micro-site-preview.tsx';

interface TileValues {
  icon: MicroSiteIcon;
  title: string;
  kind: MicroSiteTile['target']['kind'];
  section: MicroSiteSection;
  phone: string;
  url: string;
  textTitle: string;
  body: string;
}

interface MicroSiteTileDialogProps {
  /** 图标、顶部菜单、底部菜单. */
  label: string;
  schema: typeof microSiteTile;
  mostLetters: number;
  edited: EditedTile;
  onKeep: (tile: EditedTile) => void;
  onClose: () => void;
}

/** One tile or entry of a menu: its picture, its name and where it leads. */
export function MicroSiteTileDialog({ label, schema, mostLetters, edited, onKeep, onClose }: MicroSiteTileDialogProps) {
  const [form] = Form.useForm<TileValues>();
  const kind = Form.useWatch('kind', form) ?? edited.tile.target.kind;
  const keep = (values: TileValues) => {
    const parsed = schema.safeParse({ ...edited.tile, ...pick(values), target: targetOf(values) });
    if (parsed.success) return onKeep({ key: edited.key, tile: parsed.data });
    form.setFields(
      parsed.error.issues.map((issue) => ({ name: fieldAt(issue.path.map(String)), errors: [issue.message] })),
    );
  };
  return (
    <Modal
      open
      title={edited.tile.title === '' ? `添加${label}` : `修改“${edited.tile.title}”`}
      okText="确定"
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<TileValues> form={form} layout="vertical" initialValues={valuesOf(edited.tile)} onFinish={keep}>
        <Form.Item name="icon" label="图标">
          <Radio.Group
            optionType="button"
            options={(Object.keys(microSiteIcons) as MicroSiteIcon[]).map((icon) => ({
              value: icon,
              label: (
                <span role="img" aria-label={microSiteIcons[icon].label} title={microSiteIcons[icon].label}>
                  <MicroSiteIconPicture icon={icon} size={18} />
                </span>
              ),
            }))}
          />
        </Form.Item>
        <Form.Item name="title" label="名称" required>
          <Input maxLength={mostLetters} showCount />
        </Form.Item>
        <Form.Item name="kind" label="点开后">
          <Radio.Group
            options={[
              { value: 'phone', label: '拨打电话' },
              { value: 'link', label: '打开网址' },
              { value: 'text', label: '看文章' },
              { value: 'section', label: '本页的位置' },
            ]}
          />
        </Form.Item>
        <Form.Item name="phone" label="电话号码" required hidden={kind !== 'phone'}>
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="url" label="网址" required hidden={kind !== 'link'}>
          <Input maxLength={500} placeholder="https://" />
        </Form.Item>
        <Form.Item name="section" label="位置" required hidden={kind !== 'section'}>
          <Radio.Group options={Object.entries(microSiteSections).map(([value, text]) => ({ value, label: text }))} />
        </Form.Item>
        <Form.Item name="textTitle" label="文章标题" required hidden={kind !== 'text'}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="body" label="文章内容" required hidden={kind !== 'text'}>
          <Input.TextArea rows={8} maxLength={5000} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}

const pick = ({ icon, title }: TileValues) => ({ icon, title });

function targetOf({ kind, phone, url, section, textTitle, body }: TileValues): MicroSiteTile['target'] {
  if (kind === 'phone') return { kind, phone };
  if (kind === 'section') return { kind, section };
  return kind === 'link' ? { kind, url } : { kind, title: textTitle, body };
}

function valuesOf({ icon, title, target }: MicroSiteTile): TileValues {
  const nothing = { phone: '', url: '', section: 'top', textTitle: '', body: '' } as const;
  const { kind } = target;
  if (target.kind === 'text') return { ...nothing, icon, title, kind, textTitle: target.title, body: target.body };
  return { ...nothing, icon, title, ...target };
}

function fieldAt(path: readonly string[]): keyof TileValues {
  const last = path.at(-1) as keyof TileValues;
  return path[0] === 'target' && last === 'title' ? 'textTitle' : last;
}
