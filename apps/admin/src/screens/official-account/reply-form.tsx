import {
  keywordMatches,
  type OfficialReplyBody,
  type OfficialReplyView,
  type ReplyContent,
  type ReplyKeyword,
  type ReplyMoment,
  type ResidentFunction,
} from '@anlin/contract';
import { Button, Form, Input, Radio, Select, Switch } from 'antd';
import { functionOptions } from './menu-item-form.tsx';
import styles from './official-account.module.css';

interface Values {
  isOn: boolean;
  keywords: ReplyKeyword[];
  kind: ReplyContent['kind'];
  text: string;
  links: ResidentFunction[];
  title: string;
  description: string;
  pictureUrl: string;
  target: 'function' | 'url';
  function: ResidentFunction;
  url: string;
}

interface ReplyFormProps {
  id: string;
  moment: ReplyMoment;
  reply: OfficialReplyView | undefined;
  mayEdit: boolean;
  onSave: (body: Omit<OfficialReplyBody, 'moment'>) => void;
}

export function ReplyForm({ id, moment, reply, mayEdit, onSave }: ReplyFormProps) {
  const [form] = Form.useForm<Values>();
  const initial = valuesOf(reply, moment);
  const kind = Form.useWatch('kind', form) ?? initial.kind;
  const target = Form.useWatch('target', form) ?? initial.target;
  const need = (message: string) => [{ required: true, whitespace: true, message }];
  return (
    <Form<Values>
      id={id}
      form={form}
      layout="vertical"
      disabled={!mayEdit}
      initialValues={initial}
      onFinish={(values) => onSave(bodyOf({ ...initial, ...values }, moment))}
    >
      <Form.Item name="isOn" label="启用" valuePropName="checked">
        <Switch aria-label="启用" />
      </Form.Item>
      {moment === 'keyword' ? (
        <Form.Item label="关键词" extra="住户发来的话与任一关键词相符就回复；大小写、全角半角不分">
          <Form.List name="keywords">
            {(fields, { add, remove }) => (
              <>
                {fields.map(({ key, name }) => (
                  <div key={key} className={styles.keywords}>
                    <Form.Item name={[name, 'match']} noStyle>
                      <Select
                        aria-label="匹配方式"
                        style={{ width: 120 }}
                        options={Object.entries(keywordMatches).map(([value, label]) => ({ value, label }))}
                      />
                    </Form.Item>
                    <Form.Item name={[name, 'text']} rules={need('请填写关键词')} style={{ marginBottom: 0, flex: 1 }}>
                      <Input aria-label="关键词" maxLength={30} placeholder="如 物业费" />
                    </Form.Item>
                    <Button disabled={fields.length < 2} onClick={() => remove(name)}>
                      移除
                    </Button>
                  </div>
                ))}
                <Button disabled={fields.length >= 20} onClick={() => add({ match: 'contains', text: '' })}>
                  再加一个关键词
                </Button>
              </>
            )}
          </Form.List>
        </Form.Item>
      ) : null}
      <Form.Item name="kind" label="回复">
        <Radio.Group
          options={[
            { value: 'text', label: '文字' },
            { value: 'card', label: '链接卡片' },
          ]}
        />
      </Form.Item>
      {kind === 'text' ? (
        <>
          <Form.Item name="text" label="文字" rules={need('请填写回复的文字')}>
            <Input.TextArea rows={5} maxLength={600} showCount />
          </Form.Item>
          <Form.Item name="links" label="下面附上功能链接" extra="每个一行，住户点开直达">
            <Select mode="multiple" options={functionOptions} maxCount={9} aria-label="功能链接" />
          </Form.Item>
        </>
      ) : (
        <>
          <Form.Item name="title" label="标题" rules={need('请填写标题')}>
            <Input maxLength={32} showCount />
          </Form.Item>
          <Form.Item name="description" label="说明">
            <Input maxLength={100} showCount />
          </Form.Item>
          <Form.Item name="pictureUrl" label="图片网址" extra="https 开头的公开图片，可不填">
            <Input maxLength={500} placeholder="https://" />
          </Form.Item>
          <Form.Item name="target" label="点开后">
            <Radio.Group
              options={[
                { value: 'function', label: '住户端功能' },
                { value: 'url', label: '网址' },
              ]}
            />
          </Form.Item>
          {target === 'function' ? (
            <Form.Item name="function" label="功能">
              <Select options={functionOptions} />
            </Form.Item>
          ) : (
            <Form.Item name="url" label="网址" rules={need('请填写网址')}>
              <Input maxLength={1000} placeholder="https://" />
            </Form.Item>
          )}
        </>
      )}
    </Form>
  );
}

function valuesOf(reply: OfficialReplyView | undefined, moment: ReplyMoment): Values {
  const blank: Values = {
    isOn: true,
    keywords: moment === 'keyword' ? [{ match: 'contains', text: '' }] : [],
    kind: 'text',
    text: '',
    links: [],
    title: '',
    description: '',
    pictureUrl: '',
    target: 'function',
    function: 'home',
    url: '',
  };
  if (!reply) return blank;
  const { content, isOn, keywords } = reply;
  if (content.kind === 'text') return { ...blank, ...content, isOn, keywords };
  const { link, ...card } = content;
  return {
    ...blank,
    ...card,
    isOn,
    keywords,
    target: link.kind,
    ...(link.kind === 'url' ? { url: link.url } : { function: link.function }),
  };
}

function bodyOf(values: Values, moment: ReplyMoment): Omit<OfficialReplyBody, 'moment'> {
  const { isOn, keywords, kind, text, links, title, description, pictureUrl, target, url } = values;
  const content: ReplyContent =
    kind === 'text'
      ? { kind, text, links }
      : {
          kind,
          title,
          description,
          pictureUrl,
          link: target === 'url' ? { kind: 'url', url } : { kind: 'function', function: values.function },
        };
  return { isOn, keywords: moment === 'keyword' ? keywords : [], content };
}
