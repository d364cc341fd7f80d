import {
  channelLabels,
  type EndpointReply,
  fitTemplateValue,
  listOfficialFollowers,
  type listOfficialTemplates,
  listSubscribers,
  type OfficialTemplateView,
  saveOfficialTemplate,
  type TemplateMapping,
  templateFieldRule,
  testOfficialTemplate,
  testSubscription,
  type WechatAccountKind,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Select } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { SettingsDrawer } from '../../resource-ui/settings-drawer.tsx';
import styles from './official-account.module.css';

export const templatesKey = ['officialTemplates'] as const;

interface TemplateDrawerProps {
  account: WechatAccountKind;
  event: EndpointReply<typeof listOfficialTemplates>['events'][number];
  templates: readonly OfficialTemplateView[];
  mapping: TemplateMapping | undefined;
  version: number;
  mayEdit: boolean;
  onClose: () => void;
}

/** The template of one event, the fact in each of its fields, and the message as it arrives. */
export function TemplateDrawer(props: TemplateDrawerProps) {
  const { account, event, templates, mapping, version, mayEdit, onClose } = props;
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [templateId, setTemplateId] = useState(mapping?.templateId);
  const [facts, setFacts] = useState<Record<string, string>>(() => factsOf(mapping));
  const template = templates.find((one) => one.templateId === templateId);
  const save = useMutation({
    mutationFn: (next: TemplateMapping | null) =>
      call(saveOfficialTemplate, {
        params: { kind: event.kind },
        query: { account },
        body: { mapping: next, version },
      }),
    async onSuccess() {
      message.success('已保存');
      await queries.invalidateQueries({ queryKey: templatesKey });
    },
  });
  const known = template?.fields.map((one) => one.field) ?? [];
  const used = Object.entries(facts).filter(([field, fact]) => fact !== '' && known.includes(field));
  const unsaved =
    templateId !== mapping?.templateId || JSON.stringify(used) !== JSON.stringify(Object.entries(factsOf(mapping)));
  return (
    <SettingsDrawer
      title={`${event.name}的模板`}
      mayEdit={mayEdit}
      isSaving={save.isPending}
      error={save.error}
      deleteQuestion={mapping ? `不再用${channelLabels[account]}发这种通知？` : undefined}
      onSave={() =>
        template
          ? save.mutate({
              templateId: template.templateId,
              fields: Object.fromEntries(used.map(([field, fact]) => [fact, field])),
            })
          : message.warning('请选择模板')
      }
      onDelete={() => save.mutate(null)}
      onClose={onClose}
    >
      {templates.length === 0 ? (
        <Alert
          type="info"
          showIcon
          title="还没有可选的模板。先在公众平台“模板消息”里添加，再点“从微信同步模板”"
          style={{ marginBottom: 16 }}
        />
      ) : null}
      <Form layout="vertical" disabled={!mayEdit}>
        <Form.Item label="模板" htmlFor="official-template">
          <Select
            id="official-template"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder="从已同步的模板中选择"
            value={templateId}
            options={templates.map((one) => ({ value: one.templateId, label: one.title }))}
            onChange={(next: string) => {
              setTemplateId(next);
              setFacts({});
            }}
          />
        </Form.Item>
        {template?.fields.map(({ field, label }) => (
          <Form.Item
            key={field}
            label={label || field}
            htmlFor={`field-${field}`}
            extra={`${templateFieldRule(field).label}（${field}）${templateFieldRule(field).hint}`}
          >
            <Select
              id={`field-${field}`}
              allowClear
              placeholder="填什么"
              value={facts[field]}
              options={event.facts.map(({ name, sample }) => ({
                value: name,
                label: `${name}（如 ${sample}）`,
                // One content goes into one field.
                disabled: used.some(([other, fact]) => fact === name && other !== field),
              }))}
              onChange={(next: string | undefined) => setFacts({ ...facts, [field]: next ?? '' })}
            />
          </Form.Item>
        ))}
      </Form>
      {template ? <Preview template={template} event={event} facts={Object.fromEntries(used)} /> : null}
      {mayEdit && mapping && account === 'wechat' ? <TestFollower kind={event.kind} isUnsaved={unsaved} /> : null}
      {mayEdit && mapping && account === 'miniProgram' ? (
        <TestSubscriber kind={event.kind} isUnsaved={unsaved} />
      ) : null}
    </SettingsDrawer>
  );
}

/** By field of the template, what stands in it. */
const factsOf = (mapping: TemplateMapping | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mapping?.fields ?? {}).flatMap(([fact, field]) => (field === '' ? [] : [[field, fact]])),
  );

interface PreviewProps {
  template: OfficialTemplateView;
  event: TemplateDrawerProps['event'];
  facts: Readonly<Record<string, string>>;
}

function Preview({ template, event, facts }: PreviewProps) {
  const rows = template.fields.map(({ field, label }) => {
    const sample = event.facts.find((one) => one.name === facts[field])?.sample ?? '';
    return { field, label, ...fitTemplateValue(field, sample) };
  });
  const problems = rows.filter((row) => row.problem !== '');
  return (
    <>
      <section className={styles.message} aria-label="消息预览">
        <b>{template.title}</b>
        <dl>
          {rows.map(({ field, label, value }) => (
            <div key={field} style={{ display: 'contents' }}>
              <dt>{label || field}</dt>
              <dd>{value || '（空）'}</dd>
            </div>
          ))}
        </dl>
      </section>
      {problems.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          style={{ marginTop: 12 }}
          title="微信可能不接受"
          description={problems.map((row) => `${row.label || row.field}：${row.problem}`).join('；')}
        />
      ) : null}
    </>
  );
}

interface TestProps {
  kind: string;
  isUnsaved: boolean;
}

function TestFollower({ kind, isUnsaved }: TestProps) {
  const { data } = useQuery({
    queryKey: ['officialFollowers', 'choice'],
    queryFn: ({ signal }) => call(listOfficialFollowers, { query: { state: 'following', pageSize: 100 }, signal }),
  });
  return (
    <TestSend
      isUnsaved={isUnsaved}
      help="用示例内容和已保存的模板，发给一位关注者。"
      placeholder="选择关注者"
      people={(data?.rows ?? []).map((one) => ({
        value: one.id,
        label: one.residentName ? `${one.residentName}（${one.openIdMasked}）` : one.openIdMasked,
      }))}
      send={(followerId) => call(testOfficialTemplate, { params: { kind }, body: { followerId } })}
    />
  );
}

function TestSubscriber({ kind, isUnsaved }: TestProps) {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: [...templatesKey, 'subscribers', kind],
    queryFn: ({ signal }) => call(listSubscribers, { params: { kind }, signal }),
  });
  return (
    <TestSend
      isUnsaved={isUnsaved}
      help="用示例内容和已保存的模板，发给一位订阅了的住户，会用掉对方的一次订阅。自己试：在小程序“我的 → 消息提醒”里开启后选自己。"
      placeholder={data?.rows.length === 0 ? '还没有住户订阅' : '选择订阅者'}
      people={(data?.rows ?? []).map((one) => ({
        value: one.id,
        label: `${one.residentName}（还能收 ${one.agreed} 条）`,
      }))}
      send={async (subscriberId) => {
        const reply = await call(testSubscription, { params: { kind }, body: { subscriberId } });
        await queries.invalidateQueries({ queryKey: templatesKey });
        return reply;
      }}
    />
  );
}

interface TestSendProps {
  isUnsaved: boolean;
  help: string;
  placeholder: string;
  people: { value: string; label: string }[];
  send: (id: string) => Promise<{ isSent: boolean; code: string; answer: string }>;
}

function TestSend({ isUnsaved, help, placeholder, people, send }: TestSendProps) {
  const [personId, setPersonId] = useState<string>();
  const test = useMutation({ mutationFn: () => send(personId ?? '') });
  return (
    <>
      <h3>试发一条</h3>
      <p className="muted">{help}</p>
      <div className={styles.tools}>
        <Select
          aria-label="发给"
          placeholder={placeholder}
          style={{ width: 280 }}
          showSearch={{ optionFilterProp: 'label' }}
          value={personId}
          options={people}
          onChange={setPersonId}
        />
        <Button disabled={personId === undefined || isUnsaved} loading={test.isPending} onClick={() => test.mutate()}>
          试发
        </Button>
      </div>
      {test.error ? <Alert type="error" showIcon role="alert" title={errorText(test.error)} /> : null}
      {test.data ? (
        <Alert
          role="alert"
          showIcon
          type={test.data.isSent ? 'success' : 'error'}
          title={test.data.isSent ? '微信已接收' : '没有发出'}
          description={`微信应答：${test.data.code} ${test.data.answer}`}
        />
      ) : null}
    </>
  );
}
