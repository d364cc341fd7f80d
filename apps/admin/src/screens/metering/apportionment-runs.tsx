import { apportionmentResource, billResource, listApportionmentRuns, voidApportionmentRun } from '@anlin/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { ReasonDialog } from '../residents/reason-dialog.tsx';

/** Every month that was divided, how to divide it once more, and how to take it back. */
export default function ApportionmentRuns({ id, onRedo }: { id: string; onRedo: (month: string) => void }) {
  const mayVoid = useCan()('apportionment.run');
  const queries = useQueryClient();
  const [voiding, setVoiding] = useState<{ id: string; month: string; billCount: number }>();
  const { data, error } = useQuery({
    queryKey: [apportionmentResource.name, 'runs', id],
    queryFn: ({ signal }) => call(listApportionmentRuns, { params: { id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <>
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={data.rows}
        locale={{ emptyText: '还没有分摊过' }}
        columns={[
          { title: '月份', dataIndex: 'month' },
          { title: '合计（元）', align: 'right', render: (_, run) => <MoneyText yuan={run.total} /> },
          { title: '账单', align: 'right', render: (_, run) => `${run.billCount} 张` },
          { title: '未收（元）', align: 'right', render: (_, run) => <MoneyText yuan={run.outstanding} /> },
          { title: '怎么分', dataIndex: 'basisText' },
          {
            title: '谁、何时',
            render: (_, run) => (
              <>
                {run.who} <span className="muted">{instantText(run.at)}</span>
              </>
            ),
          },
          {
            title: '',
            render: (_, run) =>
              run.voidReason !== null ? (
                <Tag>已撤销：{run.voidReason}</Tag>
              ) : mayVoid ? (
                <>
                  <Button type="link" size="small" onClick={() => onRedo(run.month)}>
                    重新分摊
                  </Button>
                  <Button type="link" size="small" danger onClick={() => setVoiding(run)}>
                    撤销
                  </Button>
                </>
              ) : null,
          },
        ]}
      />
      {voiding ? (
        <ReasonDialog
          title={`撤销 ${voiding.month} 的分摊？`}
          okText={`撤销并作废 ${voiding.billCount} 张账单`}
          done="已撤销，账单已作废，这个月可以重新分摊"
          act={(reason) => call(voidApportionmentRun, { params: { id: voiding.id }, body: { reason } })}
          onClose={() => {
            setVoiding(undefined);
            void queries.invalidateQueries({ queryKey: [apportionmentResource.name] });
            void queries.invalidateQueries({ queryKey: [billResource.name] });
          }}
        >
          <p>这次分摊的账单全部作废；有收过款的则不能撤销。</p>
        </ReasonDialog>
      ) : null}
    </>
  );
}
