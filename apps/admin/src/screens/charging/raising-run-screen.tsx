import { raisingRunResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { RaisingFailures } from './raising-failures.tsx';

/** Each time bills were raised, by a person or by themselves, and what could not be billed. */
export default function RaisingRunScreen() {
  const { go } = useAddress();
  const seeBills = (id: string) => go('/charging/bills', { filter: JSON.stringify({ raisingRunId: [id] }) });
  return (
    <ResourcePage
      definition={raisingRunResource}
      help="每次生成账单的结果，包括系统夜里自动生成的。“无法计算”不为 0 的，点开看是哪些对象、为什么、怎么补。"
      emptyHint="还没有生成过账单"
      columns={{
        failedCount: {
          render: (row) =>
            row.failedCount === 0 ? (
              '0'
            ) : (
              <span className="negative">{Number(row.failedCount).toLocaleString('zh-CN')}</span>
            ),
        },
      }}
      detail={[
        {
          key: 'failures',
          label: '无法计算',
          render: (row) => (
            <RaisingFailures runId={row.id} failedCount={Number(row.failedCount)} onBills={() => seeBills(row.id)} />
          ),
        },
      ]}
    />
  );
}
