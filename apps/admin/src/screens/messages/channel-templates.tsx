import type { TemplateMapping } from '@anlin/contract';
import { Input } from 'antd';
import styles from './messages.module.css';

export interface TemplateEvent {
  kind: string;
  name: string;
  facts: string[];
}

interface ChannelTemplatesProps {
  /** Tencent's SMS counts its fields, Alibaba's and WeChat name them. */
  naming: 'counted' | 'smsNamed' | 'wechat';
  events: readonly TemplateEvent[];
  templates: Readonly<Record<string, TemplateMapping>>;
  isReadOnly: boolean;
  onChange: (templates: Record<string, TemplateMapping>) => void;
}

const words = {
  counted: {
    intro: '模板在短信控制台申请，内容如“{1}是您的登录验证码”。下面填模板编号，以及每项内容是第几个变量。',
    fieldHint: '第几个变量，如 1',
  },
  smsNamed: {
    intro: '模板在阿里云短信控制台申请，变量写作 $ 加花括号里的名称。下面填模板 CODE，以及每项内容对应的变量名。',
    fieldHint: '变量名，如 code',
  },
  wechat: {
    intro: '模板在微信后台申请。下面填模板编号，以及每项内容对应的字段名。',
    fieldHint: '字段名，如 thing1',
  },
} as const;

const none: TemplateMapping = { templateId: '', fields: {} };

/** For each event the provider's template and which of its fields takes what. An event without one is not sent here. */
export function ChannelTemplates({ naming, events, templates, isReadOnly, onChange }: ChannelTemplatesProps) {
  const { intro, fieldHint } = words[naming];
  return (
    <>
      <h3 className={styles.group}>消息模板</h3>
      <p className="muted">
        {intro}
        没有模板的事件不走这个渠道。
      </p>
      {events.map(({ kind, name, facts }) => {
        const one = templates[kind] ?? none;
        const change = (next: TemplateMapping) => onChange({ ...templates, [kind]: next });
        return (
          <div key={kind} className={styles.template}>
            <div className={styles.templateHead}>
              <b>{name}</b>
              <Input
                style={{ width: 300 }}
                aria-label={`${name}的模板编号`}
                placeholder="模板编号"
                maxLength={100}
                disabled={isReadOnly}
                value={one.templateId}
                onChange={(event) => change({ ...one, templateId: event.target.value })}
              />
            </div>
            {one.templateId === '' ? null : (
              <div className={styles.facts}>
                {facts.map((fact) => (
                  <Input
                    key={fact}
                    prefix={<span className="muted">{fact}</span>}
                    aria-label={`${name}：${fact}`}
                    placeholder={fieldHint}
                    maxLength={40}
                    disabled={isReadOnly}
                    value={one.fields[fact] ?? ''}
                    onChange={(event) => change({ ...one, fields: { ...one.fields, [fact]: event.target.value } })}
                  />
                ))}
              </div>
            )}
          </div>
        );
      })}
    </>
  );
}
