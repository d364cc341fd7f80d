import { type OpenShift, type ResourceRow, shiftResource, shiftStates } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { usePrintPdf } from '../../print/use-print-pdf.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { OpenShiftsButton } from './open-shifts-button.tsx';
import { useOpenShifts } from './use-open-shifts.ts';

const CloseShiftDialog = lazy(() => import('./close-shift-dialog.tsx'));
const ShiftDetail = lazy(() => import('./shift-detail.tsx'));

const stateColors: Record<string, string> = { even: 'green', short: 'red', over: 'orange' };

/** CSH-12 交班: shifts that were closed, what is still with the cashiers, and closing one's own. */
export default function ShiftsScreen() {
  const can = useCan();
  const queries = useQueryClient();
  const { id: communityId } = useCommunity();
  const [closing, setClosing] = useState<Pick<OpenShift, 'communityId' | 'staffId'>>();
  const open = useOpenShifts(communityId);
  const own = open.find((one) => one.isOwn);
  const refresh = () => void queries.invalidateQueries({ queryKey: [shiftResource.name] });
  const print = usePrintPdf(refresh);
  // Where no community is chosen and money of one's own waits in only one, it can be no other.
  const place = communityId ?? own?.communityId;
  return (
    <>
      <ResourcePage
        definition={shiftResource}
        help="交班时核对本班应交与实点，写明差额原因，交给接收人或存入银行。交班之后的收退款属于下一班。"
        searchHint="交班单号"
        emptyHint="还没有交过班。选择小区后点“交班”，核对本班的收款"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={stateColors[String(state)] ?? ''}>{shiftStates[state as keyof typeof shiftStates]}</Tag>
            ),
          },
        }}
        toolbar={() => (
          <>
            <OpenShiftsButton
              rows={open}
              onCloseFor={
                can('shift.close')
                  ? (one) => setClosing({ communityId: one.communityId, staffId: one.staffId })
                  : undefined
              }
            />
            {can('shift.close') ? (
              <Button
                type="primary"
                disabled={place === undefined}
                title={place === undefined ? '请先在页面顶部选择一个小区' : ''}
                onClick={() => place && setClosing({ communityId: place, staffId: '' })}
              >
                交班
              </Button>
            ) : null}
          </>
        )}
        rowActions={(row, at) => (
          <PrintButton
            row={row}
            at={at}
            isPrinting={print.isPending}
            onPrint={() => print.mutate({ type: 'shiftSlip', ids: [row.id] })}
          />
        )}
        detail={[
          {
            key: 'documents',
            label: '明细',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <ShiftDetail id={row.id} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {closing ? (
          <CloseShiftDialog
            communityId={closing.communityId}
            staffId={closing.staffId === '' ? undefined : closing.staffId}
            onClose={(id) => {
              setClosing(undefined);
              if (!id) return;
              refresh();
              if (can('printTemplate.view')) print.mutate({ type: 'shiftSlip', ids: [id] });
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}

function PrintButton({
  row,
  at,
  isPrinting,
  onPrint,
}: {
  row: ResourceRow;
  at: 'list' | 'detail';
  isPrinting: boolean;
  onPrint: () => void;
}) {
  const can = useCan();
  if (!can('printTemplate.view')) return null;
  return (
    <Space size={0}>
      <Button {...(at === 'list' ? { type: 'link', size: 'small' } : {})} disabled={isPrinting} onClick={onPrint}>
        {Number(row.printCount) === 0 ? '打印' : '补打'}
      </Button>
    </Space>
  );
}
