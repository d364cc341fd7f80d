import { type TierRuleInput, tierSpans } from '@anlin/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select, Space, Table } from 'antd';

type Tier = TierRuleInput['tiers'][number];

/** What a new standard by tiers begins with: one tier without end. */
export const firstTiers: TierRuleInput = {
  span: 'month',
  freeHeads: 0,
  tiers: [
    { upTo: '', perHead: '0', price: '' },
    { upTo: null, perHead: '0', price: '' },
  ],
};

const mostTiers = 10;

interface TierEditorProps {
  value?: TierRuleInput | null;
  onChange?: (rule: TierRuleInput) => void;
  /** `m³`, shown in the headings. */
  unit: string;
}

/** The table of 阶梯价: limits, prices, and what every further person adds to a limit. */
export function TierEditor({ value, onChange, unit }: TierEditorProps) {
  const rule = value ?? firstTiers;
  const change = (tiers: readonly Tier[]) => onChange?.({ ...rule, tiers: [...tiers] });
  const set = (index: number, part: Partial<Tier>) =>
    change(rule.tiers.map((tier, at) => (at === index ? { ...tier, ...part } : tier)));
  const last = rule.tiers.length - 1;
  const suffix = unit === '' ? '' : `（${unit}）`;
  const cell = (index: number, key: 'perHead' | 'price', label: string) => (
    <Input
      aria-label={`第 ${index + 1} 档${label}`}
      inputMode="decimal"
      value={rule.tiers[index]?.[key] ?? ''}
      onChange={(event) => set(index, { [key]: event.target.value.trim() })}
    />
  );
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <Select
          aria-label="阶梯周期"
          value={rule.span}
          style={{ width: 130 }}
          options={Object.entries(tierSpans).map(([span, label]) => ({ value: span, label }))}
          onChange={(span) => onChange?.({ ...rule, span })}
        />
        <span>超过</span>
        <InputNumber
          aria-label="起算人数"
          min={0}
          max={9999}
          precision={0}
          value={rule.freeHeads}
          style={{ width: 80 }}
          onChange={(freeHeads) => onChange?.({ ...rule, freeHeads: freeHeads ?? 0 })}
        />
        <span>人后，每多一人各档上限增加如下（0 为不随人数变化）</span>
      </Space>
      <Table<Tier & { index: number }>
        rowKey="index"
        size="small"
        pagination={false}
        dataSource={rule.tiers.map((tier, index) => ({ ...tier, index }))}
        columns={[
          { title: '档', width: 48, render: (_, { index }) => index + 1 },
          {
            title: `到多少${suffix}`,
            render: (_, { index, upTo }) =>
              index === last ? (
                <span className="muted">以上全部</span>
              ) : (
                <Input
                  aria-label={`第 ${index + 1} 档上限`}
                  inputMode="decimal"
                  value={upTo ?? ''}
                  onChange={(event) => set(index, { upTo: event.target.value.trim() })}
                />
              ),
          },
          {
            title: `每多一人加${suffix}`,
            render: (_, { index }) => (index === last ? null : cell(index, 'perHead', '每人增加')),
          },
          { title: '单价（元）', render: (_, { index }) => cell(index, 'price', '单价') },
          {
            width: 48,
            render: (_, { index }) =>
              index === last ? null : (
                <Button
                  type="text"
                  aria-label={`删除第 ${index + 1} 档`}
                  icon={<DeleteOutlined />}
                  onClick={() => change(rule.tiers.filter((_, at) => at !== index))}
                />
              ),
          },
        ]}
      />
      <Button
        type="dashed"
        block
        icon={<PlusOutlined />}
        disabled={rule.tiers.length >= mostTiers}
        onClick={() =>
          change([...rule.tiers.slice(0, last), { upTo: '', perHead: '0', price: '' }, ...rule.tiers.slice(last)])
        }
      >
        加一档
      </Button>
    </Space>
  );
}
