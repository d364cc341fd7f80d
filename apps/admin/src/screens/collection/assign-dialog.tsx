import {
  assignCollection,
  chargeTargetKinds,
  collectionResource,
  depositResource,
  listCollectionBills,
  prepaidAccountResource,
  type ResourceRow,
  type TargetKind,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Radio, Table } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText, ReferenceSelect } from '../../resource-ui/index.ts';

interface AssignForm {
  to: TargetKind | 'income';
  targetId?: string;
  chargeItemId?: string;
  note?: string;
}

/** Says whose money it is: bills of a house and the rest as its prepaid, or other income. */
export default function AssignDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<AssignForm>();
  const to = Form.useWatch('to', form) ?? 'house';
  const targetId = Form.useWatch('targetId', form);
  const [billIds, setBillIds] = useState<string[]>();
  const isPlace = to !== 'income';
  const communityId = String(row.communityId);
  const bills = useQuery({
    queryKey: ['collection', 'bills', communityId, to, targetId],
    queryFn: ({ signal }) =>
      call(listCollectionBills, {
        query: { communityId, targetKind: to === 'income' ? 'house' : to, targetId: targetId! },
        signal,
      }),
    enabled: isPlace && Boolean(targetId),
  });
  const rows = isPlace && targetId ? (bills.data?.rows ?? []) : [];
  // Everything that is due, until somebody chooses: what the payer most likely meant.
  const chosen = billIds ?? rows.map((bill) => bill.id);
  const assign = useMutation({
    mutationFn: (values: AssignForm) =>
      call(assignCollection, {
        params: { id: row.id },
        body: {
          note: values.note ?? '',
          ...(values.to === 'income'
            ? { to: 'income' as const, chargeItemId: values.chargeItemId! }
            : { to: 'house' as const, targetKind: values.to, targetId: values.targetId!, billIds: chosen }),
        },
      }),
    onSuccess: async ({ receiptNumber, toPrepaid }) => {
      const parts = [
        receiptNumber ? `收据 ${receiptNumber}` : '',
        Number(toPrepaid) > 0 ? `${groupThousands(toPrepaid)} 元存为预存款` : '',
      ].filter(Boolean);
      message.success(`已认领：${parts.join('，')}`);
      for (const { name } of [collectionResource, depositResource, prepaidAccountResource])
        await queries.invalidateQueries({ queryKey: [name] });
      await queries.invalidateQueries({ queryKey: ['console'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={620}
      title={`认领 ${groupThousands(String(row.held))} 元`}
      okText="认领"
      cancelText="取消"
      okButtonProps={{ loading: assign.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p>
        备注：{String(row.remark) || '（没有写）'}　付款人：{String(row.payerName) || '（没有写）'}
      </p>
      <Form<AssignForm>
        form={form}
        layout="vertical"
        initialValues={{ to: 'house' }}
        onFinish={(values) => assign.mutate(values)}
      >
        <Form.Item name="to" label="归到">
          <Radio.Group
            options={[
              ...Object.entries(chargeTargetKinds).map(([value, label]) => ({ value, label })),
              { value: 'income', label: '其他收入' },
            ]}
            onChange={() => {
              form.resetFields(['targetId']);
              setBillIds(undefined);
            }}
          />
        </Form.Item>
        {isPlace ? (
          <Form.Item
            name="targetId"
            label={chargeTargetKinds[to]}
            rules={[{ required: true, message: '请选择是谁的' }]}
          >
            <ReferenceSelect
              key={to}
              to={to}
              communityId={communityId}
              placeholder="输入房号、车位号或车牌查找"
              onChange={() => setBillIds(undefined)}
            />
          </Form.Item>
        ) : (
          <Form.Item name="chargeItemId" label="收入项目" rules={[{ required: true, message: '请选择收入项目' }]}>
            <ReferenceSelect to="chargeItem" placeholder="请选择" />
          </Form.Item>
        )}
        {isPlace && targetId ? (
          <Table
            size="small"
            rowKey="id"
            style={{ marginBottom: 16 }}
            loading={bills.isPending}
            dataSource={rows}
            pagination={false}
            scroll={{ y: 220 }}
            rowSelection={{ selectedRowKeys: chosen, onChange: (keys) => setBillIds(keys.map(String)) }}
            columns={[
              { title: '收费项目', dataIndex: 'chargeItemName' },
              { title: '期间', dataIndex: 'periodText' },
              { title: '应缴', align: 'right', render: (_, bill) => <MoneyText yuan={bill.toPay} /> },
            ]}
            locale={{ emptyText: '没有未缴的账单，全部存为预存款' }}
          />
        ) : null}
        <Form.Item name="note" label="说明">
          <Input maxLength={100} placeholder="如：与业主电话核对" />
        </Form.Item>
      </Form>
      {isPlace ? <p className="muted">从最早的账单付起，余下的存为通用预存款。</p> : null}
      {(bills.error ?? assign.error) ? (
        <Alert type="error" showIcon title={errorText(bills.error ?? assign.error)} />
      ) : null}
    </Modal>
  );
}
