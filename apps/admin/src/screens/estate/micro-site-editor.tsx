import {
  type AttachedFile,
  applyMicroSiteToAll,
  communityPagePath,
  type EndpointReply,
  type getMicroSite,
  type MicroSiteTile,
  microSiteMenuEntry,
  microSiteTile,
  mostBanners,
  mostMenuEntries,
  mostMicroSiteTiles,
  saveMicroSite,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Space, Typography } from 'antd';
import { Fragment, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import FilesInput from '../../resource-ui/files-input.tsx';
import { useSession } from '../../session/session-context.ts';
import type { EditedTile } from './edited-tile.ts';
import styles from './micro-site.module.css';
import { MicroSitePreview } from './micro-site-preview.tsx';
import { MicroSiteTileDialog } from './micro-site-tile-dialog.tsx';
import { MicroSiteTiles } from './micro-site-tiles.tsx';

interface MicroSiteEditorProps {
  communityId: string;
  site: EndpointReply<typeof getMicroSite>;
  onSaved: () => Promise<unknown>;
}

let keysGiven = 0;
const newKey = () => {
  keysGiven += 1;
  return String(keysGiven);
};

const lists = {
  topMenu: {
    label: '顶部菜单',
    most: mostMenuEntries,
    mostLetters: 6,
    schema: microSiteMenuEntry,
    emptyText: '没有顶部菜单。它在小区名称下面，往下翻时一直看得到。',
  },
  tiles: {
    label: '图标',
    most: mostMicroSiteTiles,
    mostLetters: 8,
    schema: microSiteTile,
    emptyText: '还没有图标，住户只看到服务电话和登记办法。',
  },
  bottomMenu: {
    label: '底部菜单',
    most: mostMenuEntries,
    mostLetters: 6,
    schema: microSiteMenuEntry,
    emptyText: '没有底部菜单。它固定在屏幕下方，带图标。',
  },
} as const;
type ListName = keyof typeof lists;
const listNames = Object.keys(lists) as ListName[];
type Lists = Record<ListName, EditedTile[]>;

const editedOf = (tiles: readonly MicroSiteTile[]): EditedTile[] => tiles.map((tile) => ({ key: newKey(), tile }));

/** Notice, menus and tiles on the left, the page as a phone shows it on the right. */
export function MicroSiteEditor({ communityId, site, onSaved }: MicroSiteEditorProps) {
  const { message, modal } = App.useApp();
  const { company, communities } = useSession();
  const [notice, setNotice] = useState(site.content.notice);
  const [entries, setEntries] = useState<Lists>(() => ({
    topMenu: editedOf(site.content.topMenu),
    tiles: editedOf(site.content.tiles),
    bottomMenu: editedOf(site.content.bottomMenu),
  }));
  const [banners, setBanners] = useState<AttachedFile[]>(site.banners);
  const [edited, setEdited] = useState<{ list: ListName; one: EditedTile }>();
  const tilesOf = (list: ListName) => entries[list].map(({ tile }) => tile);
  const content = {
    notice: notice.trim(),
    banners: banners.map(({ id }) => id),
    tiles: tilesOf('tiles'),
    topMenu: tilesOf('topMenu'),
    bottomMenu: tilesOf('bottomMenu'),
  };
  // What the database keeps comes back with its fields in another order.
  const isChanged =
    content.notice !== site.content.notice ||
    content.banners.join() !== site.content.banners.join() ||
    listNames.some((list) => JSON.stringify(content[list]) !== JSON.stringify(site.content[list]));
  const save = useMutation({
    mutationFn: () => call(saveMicroSite, { params: { communityId }, body: { version: site.version, content } }),
    onSuccess: async () => {
      message.success('已保存');
      await onSaved();
    },
  });
  const apply = () =>
    modal.confirm({
      title: `应用到其他 ${site.otherCount} 个小区？`,
      content: '这些小区现有的微站内容会被替换，不能撤销。服务电话也一并复制，请确认适用。',
      okText: '应用',
      async onOk() {
        try {
          const { count } = await call(applyMicroSiteToAll, {
            params: { communityId },
            body: { version: site.version, expectedCount: site.otherCount },
          });
          message.success(`已应用到 ${count} 个小区`);
        } catch (failure) {
          message.error(errorText(failure));
        }
      },
    });
  const change = (list: ListName, changed: EditedTile[]) => setEntries({ ...entries, [list]: changed });
  const keep = (list: ListName, one: EditedTile) => {
    const there = entries[list];
    const isNew = !there.some(({ key }) => key === one.key);
    change(list, isNew ? [...there, one] : there.map((old) => (old.key === one.key ? one : old)));
    setEdited(undefined);
  };
  const add = (list: ListName) =>
    setEdited({
      list,
      one: { key: newKey(), tile: { icon: 'phone', title: '', isShown: true, target: { kind: 'phone', phone: '' } } },
    });
  return (
    <div className={styles.columns}>
      <div className={styles.editor}>
        {save.error ? <Alert type="error" showIcon role="alert" title={errorText(save.error)} /> : null}
        <Form layout="vertical">
          <Form.Item label="通知" htmlFor="micro-site-notice" extra="一行，不填则不显示">
            <Input
              id="micro-site-notice"
              value={notice}
              maxLength={100}
              onChange={(event) => setNotice(event.target.value)}
            />
          </Form.Item>
          <Form.Item label="轮播图" extra="页面顶部的图片，建议横图（16:9）；不传则用小区图片">
            <FilesInput
              field={{ label: '轮播图', accept: 'image', maxFiles: mostBanners }}
              value={banners}
              onChange={setBanners}
            />
          </Form.Item>
        </Form>
        {listNames.map((list) => (
          <Fragment key={list}>
            <h3 className={styles.listHeading}>{lists[list].label}</h3>
            <MicroSiteTiles
              label={lists[list].label}
              emptyText={lists[list].emptyText}
              tiles={entries[list]}
              onChange={(changed) => change(list, changed)}
              onEdit={(one) => setEdited({ list, one })}
            />
            <Button
              icon={<PlusOutlined />}
              disabled={entries[list].length >= lists[list].most}
              onClick={() => add(list)}
            >
              添加{lists[list].label}
            </Button>
          </Fragment>
        ))}
        <Space wrap>
          <Button type="primary" disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate()}>
            保存
          </Button>
          <Button disabled={isChanged || site.version === 0 || site.otherCount === 0} onClick={apply}>
            应用到所有小区（其他 {site.otherCount} 个）
          </Button>
          <Typography.Link href={communityPagePath(company.id, communityId)} target="_blank">
            打开住户页面
          </Typography.Link>
        </Space>
        {isChanged ? <p className="muted">有未保存的修改，保存后住户才能看到，也才能应用到其他小区。</p> : null}
      </div>
      <MicroSitePreview name={communities.find(({ id }) => id === communityId)?.name ?? ''} content={content} />
      {edited ? (
        <MicroSiteTileDialog
          {...lists[edited.list]}
          edited={edited.one}
          onKeep={(one) => keep(edited.list, one)}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </div>
  );
}
