import {
  type EndpointReply,
  getOfficialAccount,
  pushModes,
  saveOfficialAccount,
  testOfficialAccount,
} from '@anlin/contract';
import { CheckCircleFilled, CloseCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Radio, Skeleton, Space, Switch, Typography } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './official-account.module.css';

type Account = EndpointReply<typeof getOfficialAccount>;
const accountKey = ['officialAccount'] as const;

export function BindingPanel() {
  const { data, error } = useQuery({
    queryKey: accountKey,
    queryFn: ({ signal }) => call(getOfficialAccount, { signal }),
    refetchOnWindowFocus: false,
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <div className={styles.columns}>
      <div className={styles.side}>
        <BindingForm key={data.version} account={data} />
      </div>
      <div className={styles.side}>
        <Address account={data} />
        <Checks />
      </div>
    </div>
  );
}

interface Values {
  name: string;
  originalId: string;
  mode: Account['mode'];
  siteUrl: string;
  isOn: boolean;
  token?: string;
  encodingAesKey?: string;
}

function BindingForm({ account }: { account: Account }) {
  const { message } = App.useApp();
  const mayEdit = useCan()('officialAccount.edit');
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const mode = Form.useWatch('mode', form) ?? account.mode;
  const save = useMutation({
    mutationFn: ({ token = '', encodingAesKey = '', ...values }: Values) =>
      call(saveOfficialAccount, { body: { ...values, token, encodingAesKey, version: account.version } }),
    async onSuccess() {
      message.success('已保存');
      await queries.invalidateQueries({ queryKey: accountKey });
    },
  });
  const secret = (key: 'token' | 'encodingAesKey') => (
    <Input.Password
      autoComplete="new-password"
      maxLength={100}
      placeholder={account.keptSecrets.includes(key) ? '已保存，不修改请留空' : '尚未填写'}
    />
  );
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      disabled={!mayEdit}
      initialValues={{ ...account, siteUrl: account.siteUrl || window.location.origin }}
      onFinish={(values) => save.mutate(values)}
    >
      {save.error ? (
        <Alert type="error" showIcon role="alert" title={errorText(save.error)} style={{ marginBottom: 16 }} />
      ) : null}
      <Form.Item label="AppID" extra="AppID 和 AppSecret 在“消息渠道 · 公众号”中填写">
        <Space>
          <span>{account.appId || '尚未填写'}</span>
          <Typography.Link href="/system/message-channels">去填写</Typography.Link>
        </Space>
      </Form.Item>
      <Form.Item name="isOn" label="启用消息推送" valuePropName="checked" extra="启用后才能自动回复、记录关注者">
        <Switch aria-label="启用消息推送" />
      </Form.Item>
      <Form.Item name="name" label="公众号名称" extra="只用于本页显示">
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="siteUrl" label="本系统的网址" extra="住户用手机能打开的地址，须 https，不带路径">
        <Input maxLength={200} placeholder="https://wy.example.com" />
      </Form.Item>
      <Form.Item name="token" label="Token" extra="自己定的 3 到 32 位字母、数字，与公众平台一致">
        {secret('token')}
      </Form.Item>
      <Form.Item name="mode" label="消息加解密方式" extra="与公众平台一致，建议安全模式">
        <Radio.Group options={Object.entries(pushModes).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item
        name="encodingAesKey"
        label="EncodingAESKey"
        hidden={mode === 'plain'}
        extra="43 位，在公众平台随机生成"
      >
        {secret('encodingAesKey')}
      </Form.Item>
      <Form.Item name="originalId" label="原始 ID" extra="gh_ 开头，可不填；填写后只接受发给这个公众号的消息">
        <Input maxLength={100} />
      </Form.Item>
      {mayEdit ? (
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          保存
        </Button>
      ) : null}
    </Form>
  );
}

/** What is to be copied to WeChat's site, and what came from there. */
function Address({ account }: { account: Account }) {
  const url = `${account.siteUrl || window.location.origin}${account.callbackPath}`;
  return (
    <div className={styles.callback}>
      <b>服务器地址（URL）</b>
      <p className="muted">复制到公众平台“设置与开发 → 基本配置 → 服务器配置”，填好 Token 和密钥后提交并启用。</p>
      <Typography.Text copyable={{ text: url, tooltips: ['复制地址', '已复制'] }} style={{ wordBreak: 'break-all' }}>
        {url}
      </Typography.Text>
      <p style={{ marginBottom: 0 }}>
        关注者 {account.followers} 人，其中 {account.bound} 人绑定了住户。
        {account.pushedAt ? `最近收到消息：${instantText(account.pushedAt)}` : '还没有收到过消息'}
      </p>
    </div>
  );
}

const icons = {
  good: <CheckCircleFilled style={{ color: 'var(--ant-color-success)' }} />,
  bad: <CloseCircleFilled style={{ color: 'var(--ant-color-error)' }} />,
  unknown: <QuestionCircleFilled style={{ color: 'var(--ant-color-warning)' }} />,
};

function Checks() {
  const mayEdit = useCan()('officialAccount.edit');
  const { mutate, data, error, isPending } = useMutation({ mutationFn: () => call(testOfficialAccount) });
  if (!mayEdit) return null;
  return (
    <>
      <Button loading={isPending} onClick={() => mutate()}>
        检查绑定
      </Button>
      <span className="muted"> 按已保存的设置逐项检查</span>
      {error ? <Alert type="error" showIcon role="alert" title={errorText(error)} /> : null}
      {data ? (
        <ul className={styles.checks} aria-label="检查结果">
          {data.checks.map(({ label, state, text }) => (
            <li key={label} data-state={state}>
              {icons[state]}
              <b>{label}</b>
              <span>{text}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
