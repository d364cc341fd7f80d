import {
  chargeStandardResource,
  type EndpointReply,
  formatPrice,
  getStandardRule,
  type TierRuleInput,
  takeBackStandardRule,
  tierSpans,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Space, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

type Span = EndpointReply<typeof getStandardRule>['history'][number];

/** Formulas or tiers of a standard by the days on which they hold; the last change can be taken back while nothing was raised by it. */
export function RuleSpans({ standardId }: { standardId: string }) {
  const mayEdit = useCan()('chargeStandard.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: [chargeStandardResource.name, 'rule', standardId],
    queryFn: ({ signal }) => call(getStandardRule, { params: { id: standardId }, signal }),
  });
  const takeBack = useMutation({
    mutationFn: () => call(takeBackStandardRule, { params: { id: standardId } }),
    onSuccess: async () => {
      message.success('已撤回，恢复为之前的');
      await queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
    },
    onError: (failure) => message.error(errorText(failure), 6),
  });
  const last = data?.history.at(-1);
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<Span>
        rowKey="version"
        size="small"
        pagination={false}
        loading={!data && !error}
        dataSource={data?.history ?? []}
        locale={{ emptyText: '这个标准不按公式或阶梯计价' }}
        columns={[
          { title: '从', width: 110, render: (_, row) => row.from ?? '最初' },
          { title: '到', width: 150, render: (_, row) => (row.until === null ? '以后' : `${row.until}（不含）`) },
          { title: '公式或阶梯', render: (_, row) => <RuleText {...row} unit={data?.quantityUnit ?? ''} /> },
          {
            title: '',
            width: 70,
            render: (_, row) =>
              mayEdit && row === last && row.from !== null ? (
                <Popconfirm
                  title={`撤回从 ${row.from} 起的，恢复为之前的？`}
                  okText="撤回"
                  cancelText="取消"
                  onConfirm={() => takeBack.mutate()}
                >
                  <Button type="link" size="small" danger>
                    撤回
                  </Button>
                </Popconfirm>
              ) : null,
          },
        ]}
      />
      <p className="muted">改公式或阶梯时可以填“从哪天起”。账期跨过那天时按天分段，已生成的账单不变。</p>
    </Space>
  );
}

function RuleText({ formula, tiers, unit }: Pick<Span, 'formula' | 'tiers'> & { unit: string }) {
  if (tiers === null) return <code style={{ overflowWrap: 'anywhere' }}>{formula}</code>;
  const { span, freeHeads } = tiers;
  const isGrowing = tiers.tiers.some(({ perHead }) => Number(perHead) > 0);
  return (
    <>
      <div>
        {tierSpans[span]}
        {isGrowing ? `，超过 ${freeHeads} 人后各档放宽` : ''}
      </div>
      {tiers.tiers.map((tier, index) => (
        <div key={tier.upTo ?? ''}>{tierText(tier, tiers.tiers[index - 1], unit)}</div>
      ))}
    </>
  );
}

type Tier = TierRuleInput['tiers'][number];

// `216 至 240 m³：4.23 元（每多一人 +30）`
function tierText({ upTo, perHead, price }: Tier, below: Tier | undefined, unit: string): string {
  const suffix = unit === '' ? '' : ` ${unit}`;
  const from = below?.upTo ?? '0';
  const range = upTo === null ? `超过 ${from}${suffix}` : `${from} 至 ${upTo}${suffix}`;
  const growth = Number(perHead) > 0 ? `（每多一人 +${perHead}）` : '';
  return `${range}：${formatPrice(price)} 元${growth}`;
}
