import { chargeStandardResource, deletePlacePrice, listPlacePrices, setPlacePrice } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, Popconfirm, Space, Table, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

interface PlaceValues {
  communityId: string;
  buildingId?: string | null;
  unitId?: string | null;
  startsOn?: Dayjs | null;
  price?: string;
}

/** Prices of a standard that differ by community, building or unit, and a form for one more. */
export function PlacePrices({ standardId }: { standardId: string }) {
  const mayEdit = useCan()('chargeStandard.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<PlaceValues>();
  const communityId = Form.useWatch('communityId', form);
  const { data, error } = useQuery({
    queryKey: [chargeStandardResource.name, 'placePrices', standardId],
    queryFn: ({ signal }) => call(listPlacePrices, { params: { id: standardId }, signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
  const add = useMutation({
    mutationFn: (values: PlaceValues) =>
      call(setPlacePrice, {
        params: { id: standardId },
        body: {
          communityId: values.communityId,
          buildingId: values.buildingId ?? null,
          unitId: values.unitId ?? null,
          startsOn: values.startsOn?.format('YYYY-MM-DD') ?? null,
          price: values.price?.trim() || null,
        },
      }),
    onSuccess: async ({ keptBillCount }) => {
      message.success(keptBillCount > 0 ? `已保存；已生成的 ${keptBillCount} 张账单保持原价` : '已保存', 5);
      form.resetFields();
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (placePriceId: string) => call(deletePlacePrice, { params: { id: standardId, placePriceId } }),
    onSuccess: refresh,
    onError: (failure) => message.error(errorText(failure), 6),
  });
  const failure = error ?? add.error;
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {failure ? <Alert type="error" showIcon title={errorText(failure)} /> : null}
      <Table
        rowKey="id"
        size="small"
        pagination={false}
        loading={!data && !error}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: '各处都按标准的价格。可为小区、楼宇或单元设置不同的价格，范围最小的优先' }}
        columns={[
          { title: '范围', dataIndex: 'placeLabel' },
          { title: '从', render: (_, row) => row.startsOn ?? '最早' },
          {
            title: '价格（元）',
            align: 'right',
            className: 'figures',
            render: (_, row) => (
              <>
                {row.isInForce ? <Tag color="green">现行</Tag> : null}
                {row.price ?? '恢复上一级价格'}
              </>
            ),
          },
          {
            width: 70,
            render: (_, row) =>
              mayEdit ? (
                <Popconfirm title="删除这个价格？" okText="删除" onConfirm={() => remove.mutate(row.id)}>
                  <Button type="link" size="small" danger>
                    删除
                  </Button>
                </Popconfirm>
              ) : null,
          },
        ]}
      />
      {mayEdit ? (
        <Form<PlaceValues>
          form={form}
          layout="vertical"
          onFinish={(values) => add.mutate(values)}
          onValuesChange={(changed: Partial<PlaceValues>) => {
            if ('communityId' in changed) form.setFieldsValue({ buildingId: null, unitId: null });
            if ('buildingId' in changed) form.setFieldValue('unitId', null);
          }}
        >
          <Space wrap align="end">
            <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
              <ReferenceSelect to="community" style={{ width: 150 }} />
            </Form.Item>
            <Form.Item name="buildingId" label="楼宇">
              <ReferenceSelect to="building" communityId={communityId} placeholder="整个小区" style={{ width: 130 }} />
            </Form.Item>
            <Form.Item name="unitId" label="单元">
              <ReferenceSelect to="unit" communityId={communityId} placeholder="整栋" style={{ width: 120 }} />
            </Form.Item>
            <Form.Item name="startsOn" label="从">
              <DatePicker placeholder="最早" style={{ width: 130 }} />
            </Form.Item>
            <Form.Item
              name="price"
              label="价格"
              rules={[{ pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '应为不小于 0 的数字，最多六位小数' }]}
            >
              <Input placeholder="恢复上一级" inputMode="decimal" suffix="元" style={{ width: 130 }} />
            </Form.Item>
            <Form.Item>
              <Button htmlType="submit" loading={add.isPending}>
                设置价格
              </Button>
            </Form.Item>
          </Space>
        </Form>
      ) : null}
    </Space>
  );
}
