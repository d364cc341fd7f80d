import { type DiscountLimitRow, listDiscountLimits, setDiscountLimit } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, PageFrame } from '../../resource-ui/index.ts';

/** How much each permission group may give up in one receipt (CSH-3); above it, approval. */
export default function DiscountLimitsScreen() {
  const queries = useQueryClient();
  const [edited, setEdited] = useState<DiscountLimitRow>();
  const { data, error, isPending } = useQuery({
    queryKey: ['discountLimits'],
    queryFn: ({ signal }) => call(listDiscountLimits, { signal }),
  });
  const columns: TableColumnType<DiscountLimitRow>[] = [
    { title: '权限组', dataIndex: 'name' },
    { title: '每张收据最多优惠', render: (_, row) => limitText(row.discount, row.discountPercent, '所收本金') },
    { title: '每张收据最多减免违约金', render: (_, row) => limitText(row.lateFee, row.lateFeePercent, '违约金') },
    {
      title: '操作',
      width: 90,
      render: (_, row) => (
        <Button size="small" onClick={() => setEdited(row)}>
          修改
        </Button>
      ),
    },
  ];
  return (
    <PageFrame help="列出有“收银台 · 优惠和减免违约金”权限的权限组。超出限额的优惠须走审批；一个人在几个组时，以限额最高的组为准。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<DiscountLimitRow>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        columns={columns}
        dataSource={data?.rows ?? []}
      />
      {edited ? (
        <LimitDialog
          row={edited}
          onClose={(isSaved) => {
            setEdited(undefined);
            if (isSaved) void queries.invalidateQueries({ queryKey: ['discountLimits'] });
          }}
        />
      ) : null}
    </PageFrame>
  );
}

function limitText(amount: string | null, percent: string | null, of: string) {
  const parts = [
    ...(amount === null ? [] : [`${groupThousands(amount)} 元`]),
    ...(percent === null ? [] : [`${of}的 ${percent}%`]),
  ];
  return parts.length === 0 ? <span className="muted">不限</span> : parts.join(' 且 ');
}

type LimitForm = Record<'discount' | 'discountPercent' | 'lateFee' | 'lateFeePercent', string | undefined>;
const amountRule = { pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '应为不小于 0 的数字，最多两位小数' };

function LimitDialog({ row, onClose }: { row: DiscountLimitRow; onClose: (isSaved: boolean) => void }) {
  const [form] = Form.useForm<LimitForm>();
  const orNull = (text: string | undefined) => (text === undefined || text.trim() === '' ? null : text.trim());
  const save = useMutation({
    mutationFn: (values: LimitForm) =>
      call(setDiscountLimit, {
        params: { id: row.id },
        body: {
          discount: orNull(values.discount),
          discountPercent: orNull(values.discountPercent),
          lateFee: orNull(values.lateFee),
          lateFeePercent: orNull(values.lateFeePercent),
        },
      }),
    onSuccess: () => onClose(true),
  });
  const field = (name: keyof LimitForm, label: string, suffix: string) => (
    <Form.Item name={name} label={label} rules={[amountRule]}>
      <Input className="figures" inputMode="decimal" placeholder="不限" suffix={suffix} allowClear />
    </Form.Item>
  );
  return (
    <Modal
      open
      width={440}
      title={`“${row.name}”每张收据的限额`}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? undefined]))}
        onFinish={(values) => save.mutate(values)}
      >
        {field('discount', '最多优惠', '元')}
        {field('discountPercent', '且不超过所收账单本金的', '%')}
        {field('lateFee', '最多减免违约金', '元')}
        {field('lateFeePercent', '且不超过应收违约金的', '%')}
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
      <p className="muted" style={{ marginBottom: 0 }}>
        留空为不限；填 0 为不能自行优惠。
      </p>
    </Modal>
  );
}
