import { billResource, chargeAdvance, previewAdvance, type TargetKind } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Modal, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';

/** Raises what a target is bound to up to a month, so that it can be paid now; shows first which bills that makes. */
export function AdvanceDialog({
  kind,
  id,
  label,
  onClose,
}: {
  kind: TargetKind;
  id: string;
  label: string;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [month, setMonth] = useState<Dayjs>(dayjs());
  const body = { targetKind: kind, targetId: id, monthTo: month.format('YYYY-MM') };
  const preview = useQuery({
    queryKey: [billResource.name, 'advance', body],
    queryFn: ({ signal }) => call(previewAdvance, { body, signal }),
    gcTime: 0,
  });
  const submit = useMutation({
    mutationFn: () => call(chargeAdvance, { body }),
    onSuccess: async ({ billCount, sum }) => {
      message.success(`已生成 ${billCount} 张账单，合计 ${groupThousands(sum)} 元`);
      await queries.invalidateQueries({ queryKey: [billResource.name] });
      await queries.invalidateQueries({ queryKey: ['cashier', 'account'] });
      onClose();
    },
  });
  const planned = preview.data;
  const error = submit.error ?? preview.error;
  return (
    <Modal
      open
      width={640}
      title={`预收“${label}”`}
      okText={planned ? `生成 ${planned.count} 张，${groupThousands(planned.sum)} 元` : '生成'}
      cancelText="取消"
      okButtonProps={{ disabled: !planned || planned.count === 0, loading: submit.isPending }}
      onOk={() => submit.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label="预收到" htmlFor="advance-month" extra="到这个月为止的账单现在就生成，以后不会重复生成">
          <DatePicker
            id="advance-month"
            picker="month"
            value={month}
            allowClear={false}
            minDate={dayjs().startOf('month')}
            onChange={(next) => next && setMonth(next)}
          />
        </Form.Item>
      </Form>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {planned?.failures.length ? (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={`有 ${planned.failures.length} 个账期无法计算`}
          description={[...new Set(planned.failures.map((one) => one.reason))].join('；')}
        />
      ) : null}
      <Table
        rowKey={(line) => `${line.chargeItemId} ${line.periodFrom}`}
        size="small"
        style={{ marginBottom: 16 }}
        pagination={{ pageSize: 8, hideOnSinglePage: true }}
        loading={preview.isPending}
        dataSource={planned?.lines ?? []}
        locale={{ emptyText: '到这个月为止都已生成，或没有绑定收费标准' }}
        columns={[
          { title: '收费项目', dataIndex: 'chargeItemLabel' },
          { title: '账期起', dataIndex: 'periodFrom', width: 110 },
          { title: '金额', align: 'right', render: (_, line) => <MoneyText yuan={line.amount} /> },
          { title: '算法', render: (_, line) => <span className="muted">{line.sentence}</span> },
        ]}
      />
    </Modal>
  );
}
