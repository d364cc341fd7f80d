import { countVehicleApplications, type ResourceRow, vehicleApplicationResource } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call } from '../../api/api.ts';
import { ResourcePage, useResourceList, withFilter } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

const SubmitVehicleDialog = lazy(() => import('./submit-vehicle-dialog.tsx'));
const PassVehiclesDialog = lazy(() =>
  import('./decide-vehicles-dialogs.tsx').then((m) => ({ default: m.PassVehiclesDialog })),
);
const RejectVehiclesDialog = lazy(() =>
  import('./decide-vehicles-dialogs.tsx').then((m) => ({ default: m.RejectVehiclesDialog })),
);

type Opened =
  | { kind: 'submit'; row?: ResourceRow }
  | { kind: 'pass' | 'reject'; rows: readonly ResourceRow[]; clear?: () => void };

type Deciding = Extract<Opened, { rows: readonly ResourceRow[] }>;

const isWaiting = (row: ResourceRow) => row.state === 'waiting';

/** Vehicles that residents handed in, and the decision about each (EST-6). */
export default function VehicleApplicationScreen() {
  const can = useCan();
  const mayReview = can('vehicle.review');
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const decided = (of: Deciding) => () => {
    of.clear?.();
    close();
  };
  return (
    <>
      <ResourcePage
        definition={vehicleApplicationResource}
        help="住户提交的车辆。通过后才登记为小区的车辆；不通过要写明原因，住户改正后可重新提交。"
        emptyHint="没有住户提交的车辆"
        moreTotals={() => <WaitingCount />}
        actionsWidth={140}
        toolbar={() =>
          can('vehicle.edit') ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpened({ kind: 'submit' })}>
              代住户提交
            </Button>
          ) : null
        }
        rowActions={(row, place) => {
          const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
          return (
            <Space size={place === 'list' ? 0 : 8}>
              {mayReview && isWaiting(row) ? (
                <>
                  <Button {...look} onClick={() => setOpened({ kind: 'pass', rows: [row] })}>
                    通过
                  </Button>
                  <Button {...look} danger onClick={() => setOpened({ kind: 'reject', rows: [row] })}>
                    不通过
                  </Button>
                </>
              ) : null}
              {row.state === 'refused' && can('vehicle.edit') ? (
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
                const waiting = rows.filter(isWaiting);
                const open = (kind: 'pass' | 'reject') => setOpened({ kind, rows: waiting, clear });
                return (
                  <Space>
                    <Button size="small" disabled={waiting.length === 0} onClick={() => open('pass')}>
                      通过 {waiting.length} 辆
                    </Button>
                    <Button size="small" danger disabled={waiting.length === 0} onClick={() => open('reject')}>
                      不通过 {waiting.length} 辆
                    </Button>
                  </Space>
                );
              }
            : undefined
        }
      />
      <Suspense>
        {opened?.kind === 'submit' ? (
          <SubmitVehicleDialog {...(opened.row ? { application: opened.row } : {})} onClose={close} />
        ) : null}
        {opened?.kind === 'pass' ? <PassVehiclesDialog rows={opened.rows} onClose={decided(opened)} /> : null}
        {opened?.kind === 'reject' ? <RejectVehiclesDialog rows={opened.rows} onClose={decided(opened)} /> : null}
      </Suspense>
    </>
  );
}

/** How many wait in all; a press shows them alone. */
function WaitingCount() {
  const { id: communityId } = useCommunity();
  const { state, setState } = useResourceList(vehicleApplicationResource);
  const { data } = useQuery({
    queryKey: [vehicleApplicationResource.name, 'waiting', communityId],
    queryFn: ({ signal }) => call(countVehicleApplications, { query: { communityId }, signal }),
  });
  if (!data) return null;
  return (
    <Button
      type="link"
      size="small"
      style={{ padding: 0 }}
      onClick={() => setState(withFilter(state, 'state', ['waiting']))}
    >
      待审核 {data.waiting} 辆
    </Button>
  );
}
