import {
  addStandardPrice,
  changeStandardPrice,
  chargeStandardResource,
  deleteStandardPrice,
  listStandardPrices,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, Popconfirm, Space, Table, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

interface PriceRow {
  id: string;
  startsOn: string | null;
  price: string;
  isInForce: boolean;
}

const priceRule = { pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '价格应为不小于 0 的数字，最多六位小数' };

/** The prices of a standard by time, and a form for the next one. Bills already raised keep what they were computed by. */
export function PriceHistory({ standardId }: { standardId: string }) {
  const mayEdit = useCan()('chargeStandard.edit');
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ startsOn: Dayjs; price: string }>();
  const { data, error } = useQuery({
    queryKey: [chargeStandardResource.name, 'prices', standardId],
    queryFn: ({ signal }) => call(listStandardPrices, { params: { id: standardId }, signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
  const add = useMutation({
    mutationFn: (value: { startsOn: Dayjs; price: string }) =>
      call(addStandardPrice, {
        params: { id: standardId },
        body: { startsOn: value.startsOn.format('YYYY-MM-DD'), price: value.price.trim() },
      }),
    onSuccess: async ({ keptBillCount }) => {
      message.success(keptBillCount > 0 ? `新价格已保存；已生成的 ${keptBillCount} 张账单保持原价` : '新价格已保存', 5);
      form.resetFields();
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (priceId: string) => call(deleteStandardPrice, { params: { id: standardId, priceId } }),
    onSuccess: refresh,
    onError: (failure) => message.error(errorText(failure), 6),
  });
  const correct = (row: PriceRow) => {
    let price = row.price;
    modal.confirm({
      title: '改正价格',
      content: <Input defaultValue={row.price} suffix="元" onChange={(event) => (price = event.target.value.trim())} />,
      okText: '保存',
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(changeStandardPrice, { params: { id: standardId, priceId: row.id }, body: { price } });
          await refresh();
        } catch (failure) {
          message.error(errorText(failure), 6);
        }
      },
    });
  };

  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<PriceRow>
        rowKey="id"
        size="small"
        pagination={false}
        loading={!data && !error}
        dataSource={data?.rows ?? []}
        columns={[
          { title: '开始日期', render: (_, row) => row.startsOn ?? '最初' },
          {
            title: '价格（元）',
            align: 'right',
            className: 'figures',
            render: (_, row) => (
              <>
                {row.isInForce ? <Tag color="green">现行</Tag> : null}
                {row.price}
              </>
            ),
          },
          ...(mayEdit
            ? [
                {
                  title: '操作',
                  width: 130,
                  render: (_: unknown, row: PriceRow) => (
                    <>
                      <Button type="link" size="small" onClick={() => correct(row)}>
                        改正
                      </Button>
                      {row.startsOn === null ? null : (
                        <Popconfirm
                          title={`删除 ${row.startsOn} 起的价格？`}
                          okText="删除"
                          cancelText="取消"
                          onConfirm={() => remove.mutate(row.id)}
                        >
                          <Button type="link" size="small" danger>
                            删除
                          </Button>
                        </Popconfirm>
                      )}
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      {mayEdit ? (
        <Form form={form} layout="inline" onFinish={(value) => add.mutate(value)}>
          <Form.Item name="startsOn" label="从" rules={[{ required: true, message: '请选择日期' }]}>
            <DatePicker placeholder="开始日期" />
          </Form.Item>
          <Form.Item name="price" label="起，新价格" rules={[{ required: true, message: '请填写价格' }, priceRule]}>
            <Input inputMode="decimal" suffix="元" style={{ width: 130 }} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={add.isPending}>
            新价格
          </Button>
        </Form>
      ) : null}
      {add.error ? <Alert type="error" showIcon title={errorText(add.error)} /> : null}
      <p className="muted">账期跨过调价日时，这张账单按天分段计算。已生成的账单保持原价。</p>
    </Space>
  );
}
