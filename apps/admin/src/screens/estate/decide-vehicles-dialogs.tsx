import { passVehicles, type ResourceRow, rejectVehicles } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReasonDialog } from '../residents/reason-dialog.tsx';

interface DialogProps {
  rows: readonly ResourceRow[];
  onClose: () => void;
}

const named = (rows: readonly ResourceRow[]) =>
  rows.length === 1 ? `“${String(rows[0]?.plate)}”` : ` ${rows.length} 辆车`;

/** Says what passing does, and does it. */
export function PassVehiclesDialog({ rows, onClose }: DialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const pass = useMutation({
    mutationFn: () => call(passVehicles, { body: { ids: rows.map(({ id }) => id) } }),
    async onSuccess({ passed }) {
      message.success(`已通过 ${passed} 辆`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      title={`通过${named(rows)}？`}
      okText={rows.length === 1 ? '通过' : `通过 ${rows.length} 辆`}
      cancelText="取消"
      confirmLoading={pass.isPending}
      onOk={() => pass.mutate()}
      onCancel={onClose}
    >
      <p>登记为小区的车辆，行驶证照片一并转入。</p>
      {pass.error ? <Alert type="error" showIcon title={errorText(pass.error)} /> : null}
    </Modal>
  );
}

/** Refuses one vehicle or several, with one reason. */
export function RejectVehiclesDialog({ rows, onClose }: DialogProps) {
  return (
    <ReasonDialog
      title={`不通过${named(rows)}？`}
      okText={rows.length === 1 ? '不通过' : `不通过 ${rows.length} 辆`}
      done="已标为不通过"
      act={(reason) => call(rejectVehicles, { body: { ids: rows.map(({ id }) => id), reason } })}
      onClose={onClose}
    >
      <p>住户会看到原因，改正后可以重新提交。</p>
    </ReasonDialog>
  );
}
