import { countApplications, moveInApplicationResource, type ResourceRow } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call } from '../../api/api.ts';
import { ResourcePage, useResourceList, withFilter } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

const SubmitDialog = lazy(() => import('./application-dialogs.tsx').then((m) => ({ default: m.SubmitDialog })));
const ApproveDialog = lazy(() => import('./application-dialogs.tsx').then((m) => ({ default: m.ApproveDialog })));
const RejectDialog = lazy(() => import('./application-dialogs.tsx').then((m) => ({ default: m.RejectDialog })));

type Opened =
  | { kind: 'submit'; row?: ResourceRow }
  | { kind: 'approve'; row: ResourceRow }
  | { kind: 'reject'; rows: readonly ResourceRow[]; clear?: () => void };

const isOpen = (row: ResourceRow) => row.state === 'waiting' || row.state === 'browsing';

/** People who ask to be let in, and the decision about each (EST-1, registration modes). */
export default function ApplicationScreen() {
  const can = useCan();
  const mayReview = can('resident.review');
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  return (
    <>
      <ResourcePage
        definition={moveInApplicationResource}
        help="想要入住的人提交的申请。通过即迁入所选房屋；拒绝要写明原因，申请人改正后可重新提交。"
        searchHint="姓名、电话后四位、房号"
        emptyHint="没有入住申请。住户注册方式在“小区”里设置"
        moreTotals={() => <WaitingCount />}
        actionsWidth={130}
        toolbar={() =>
          can('resident.edit') ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpened({ kind: 'submit' })}>
              代住户提交
            </Button>
          ) : null
        }
        rowActions={(row, place) => {
          const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
          return (
            <Space size={place === 'list' ? 0 : 8}>
              {mayReview && isOpen(row) ? (
                <>
                  <Button {...look} onClick={() => setOpened({ kind: 'approve', row })}>
                    通过
                  </Button>
                  <Button {...look} danger onClick={() => setOpened({ kind: 'reject', rows: [row] })}>
                    拒绝
                  </Button>
                </>
              ) : null}
              {row.state === 'refused' && can('resident.edit') ? (
                <Button {...look} onClick={() => setOpened({ kind: 'submit', row })}>
                  重新提交
                </Button>
              ) : null}
            </Space>
          );
        }}
        batchActions={
          mayReview
            ? (rows, clear) => {
                const open = rows.filter(isOpen);
                return (
                  <Button
                    size="small"
                    danger
                    disabled={open.length === 0}
                    onClick={() => setOpened({ kind: 'reject', rows: open, clear })}
                  >
                    拒绝 {open.length} 条
                  </Button>
                );
              }
            : undefined
        }
      />
      <Suspense>
        {opened?.kind === 'submit' ? (
          <SubmitDialog {...(opened.row ? { application: opened.row } : {})} onClose={close} />
        ) : null}
        {opened?.kind === 'approve' ? <ApproveDialog application={opened.row} onClose={close} /> : null}
        {opened?.kind === 'reject' ? (
          <RejectDialog
            rows={opened.rows}
            onClose={() => {
              opened.clear?.();
              close();
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}

/** How many wait in all; a press shows them alone. */
function WaitingCount() {
  const { id: communityId } = useCommunity();
  const { state, setState } = useResourceList(moveInApplicationResource);
  const { data } = useQuery({
    queryKey: [moveInApplicationResource.name, 'waiting', communityId],
    queryFn: ({ signal }) => call(countApplications, { query: { communityId }, signal }),
  });
  if (!data) return null;
  return (
    <Button
      type="link"
      size="small"
      style={{ padding: 0 }}
      onClick={() => setState(withFilter(state, 'state', ['waiting']))}
    >
      待审核 {data.waiting} 条
    </Button>
  );
}
