import {
  exportVouchers,
  type VoucherBatch,
  type VoucherFormat,
  voidVoucherBatch,
  voucherFormats,
  voucherGroupings,
} from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Modal, Space, Table, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, useNoticeTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

interface VoucherBatchesProps {
  rows: readonly VoucherBatch[];
  isLoading: boolean;
  onChanged: () => void;
}

/** What was made when; exported together or voided one by one. */
export function VoucherBatches({ rows, isLoading, onChanged }: VoucherBatchesProps) {
  const can = useCan();
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const [chosen, setChosen] = useState<string[]>([]);
  const [voiding, setVoiding] = useState<VoucherBatch>();
  const exporting = useMutation({
    mutationFn: (format: VoucherFormat) => call(exportVouchers, { body: { voucherBatchIds: chosen, format } }),
    onSuccess: () => {
      message.success('已开始导出，完成后会提醒您，也可在右上角“任务与下载”里找到');
      noticeTask();
    },
    onError: (error) => message.error(errorText(error)),
  });
  const toVoid = can('voucher.void')
    ? [
        {
          title: '操作',
          width: 70,
          render: (_: unknown, row: VoucherBatch) =>
            row.voidedAt === null ? (
              <Button type="link" size="small" danger onClick={() => setVoiding(row)}>
                作废
              </Button>
            ) : null,
        },
      ]
    : [];
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {can('voucher.export') ? (
        <Space wrap>
          {Object.entries(voucherFormats).map(([format, label]) => (
            <Button
              key={format}
              disabled={chosen.length === 0}
              loading={exporting.isPending && exporting.variables === format}
              onClick={() => exporting.mutate(format as VoucherFormat)}
            >
              {`导出 ${label}`}
            </Button>
          ))}
          <span className="muted">{chosen.length === 0 ? '先勾选要导出的批次' : `已选 ${chosen.length} 批`}</span>
        </Space>
      ) : null}
      <Table<VoucherBatch>
        size="small"
        aria-label="生成记录"
        rowKey="id"
        loading={isLoading}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[...columns, ...toVoid]}
        dataSource={rows as VoucherBatch[]}
        scroll={{ x: 1080 }}
        rowSelection={{
          selectedRowKeys: chosen,
          onChange: (keys) => setChosen(keys.map(String)),
          getCheckboxProps: ({ voidedAt, voucherCount }) => ({ disabled: voidedAt !== null || voucherCount === 0 }),
        }}
        locale={{ emptyText: <Empty description="还没有生成过凭证。结账后点“生成凭证”" /> }}
      />
      {voiding ? (
        <VoidDialog
          batch={voiding}
          onClose={(isDone) => {
            setVoiding(undefined);
            if (!isDone) return;
            setChosen([]);
            onChanged();
          }}
        />
      ) : null}
    </Space>
  );
}

const columns: TableColumnType<VoucherBatch>[] = [
  { title: '小区', width: 130, ellipsis: true, dataIndex: 'communityName' },
  { title: '日期', width: 200, render: (_, row) => `${row.firstDay} 至 ${row.lastDay}` },
  { title: '汇总', width: 90, render: (_, { grouping }) => voucherGroupings[grouping] },
  { title: '凭证', width: 170, render: (_, row) => `${row.voucherCount} 张 ${row.numbers}` },
  { title: '金额', width: 120, align: 'right', render: (_, { total }) => <MoneyText yuan={total} /> },
  { title: '制单', width: 90, ellipsis: true, dataIndex: 'staffName' },
  { title: '生成时间', width: 140, render: (_, { madeAt }) => instantText(madeAt) },
  {
    title: '状态',
    width: 160,
    ellipsis: true,
    render: (_, row) =>
      row.voidedAt === null ? (
        <Tag color="green">有效</Tag>
      ) : (
        <span title={`${row.voidedByName} ${instantText(row.voidedAt)}：${row.voidReason}`}>
          <Tag>已作废</Tag>
          {row.voidReason}
        </span>
      ),
  },
];

function VoidDialog({ batch, onClose }: { batch: VoucherBatch; onClose: (isDone: boolean) => void }) {
  const [reason, setReason] = useState('');
  const voiding = useMutation({
    mutationFn: () => call(voidVoucherBatch, { params: { id: batch.id }, body: { reason } }),
    onSuccess: () => onClose(true),
  });
  return (
    <Modal
      open
      title={`作废 ${batch.communityName} ${batch.firstDay} 至 ${batch.lastDay} 的 ${batch.voucherCount} 张凭证`}
      okText="作废"
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: voiding.isPending }}
      onOk={() => voiding.mutate()}
      onCancel={() => onClose(false)}
    >
      <p>整批作废，号码保留，这些日子可以重新生成。已经导入财务软件的，请在那里同样作废。</p>
      <Input.TextArea
        autoFocus
        rows={2}
        maxLength={200}
        aria-label="作废原因"
        placeholder="作废原因（必填），如：科目填错"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {voiding.error ? <Alert style={{ marginTop: 8 }} type="error" showIcon title={errorText(voiding.error)} /> : null}
    </Modal>
  );
}
