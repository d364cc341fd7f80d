import { chargeStandardResource, getStandardRule, takeBackStandardFormula } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Space, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

/** The formulas of a standard by the days on which they hold; the last change can be taken back while nothing was raised by it. */
export function FormulaSpans({ standardId }: { standardId: string }) {
  const mayEdit = useCan()('chargeStandard.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: [chargeStandardResource.name, 'rule', standardId],
    queryFn: ({ signal }) => call(getStandardRule, { params: { id: standardId }, signal }),
  });
  const takeBack = useMutation({
    mutationFn: () => call(takeBackStandardFormula, { params: { id: standardId } }),
    onSuccess: async () => {
      message.success('已撤回，恢复为之前的公式');
      await queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
    },
    onError: (failure) => message.error(errorText(failure), 6),
  });
  const last = data?.formulas.at(-1);
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table
        rowKey="version"
        size="small"
        pagination={false}
        loading={!data && !error}
        dataSource={data?.formulas ?? []}
        locale={{ emptyText: '这个标准不按公式计价' }}
        columns={[
          { title: '从', width: 110, render: (_, row) => row.from ?? '最初' },
          { title: '到', width: 150, render: (_, row) => (row.until === null ? '以后' : `${row.until}（不含）`) },
          { title: '公式', render: (_, row) => <code style={{ overflowWrap: 'anywhere' }}>{row.formula}</code> },
          {
            title: '',
            width: 70,
            render: (_, row) =>
              mayEdit && row === last && row.from !== null ? (
                <Popconfirm
                  title={`撤回 ${row.from} 起的公式，恢复为之前的？`}
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
      <p className="muted">改公式时可以填“从哪天起”。账期跨过那天时按天分段，已生成的账单不变。</p>
    </Space>
  );
}
