import { generateHouses, houseStatuses, houseUsages, previewHouses, type ResourceRow } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, InputNumber, Select, Space, Table, Typography } from 'antd';
import { call, errorText } from '../../api/api.ts';

type Batch = Parameters<typeof call<typeof generateHouses>>[1]['body'];

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

const usual: Batch = {
  unitCount: 2,
  firstFloor: 1,
  floorCount: 12,
  roomsPerFloor: 4,
  pattern: '{building}-{unit}-{floor}{room:2}',
  usage: 'residential',
  status: 'unoccupied',
  builtArea: '',
};

/** Makes the houses of a building by a pattern (EST-3): fill in, look at what it would make, make it. */
export default function GenerateHousesDrawer({ building, onClose }: { building: ResourceRow; onClose: () => void }) {
  const [form] = Form.useForm<Batch>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const params = { id: building.id };
  const preview = useMutation({ mutationFn: (body: Batch) => call(previewHouses, { params, body }) });
  const make = useMutation({
    mutationFn: () => call(generateHouses, { params, body: { ...form.getFieldsValue(), existing: 'skip' } }),
    async onSuccess({ houseCount }) {
      message.success(`已生成 ${houseCount} 套房屋`);
      await queries.invalidateQueries();
      onClose();
    },
  });
  const error = make.error ?? preview.error;
  const added = preview.data ? preview.data.count - preview.data.existingCount : 0;
  return (
    <Drawer
      open
      size={720}
      title={`批量生成房屋 · ${String(building.name)}`}
      onClose={onClose}
      footer={
        <Space>
          <Button onClick={() => form.submit()} loading={preview.isPending}>
            预览
          </Button>
          <Button type="primary" disabled={added === 0} loading={make.isPending} onClick={() => make.mutate()}>
            {preview.data ? `生成 ${added} 套房屋` : '生成'}
          </Button>
        </Space>
      }
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={usual}
        onFinish={(values) => preview.mutate(values)}
        onValuesChange={() => preview.reset()}
      >
        <Space size={16} wrap align="start">
          <Count name="unitCount" label="单元数（无单元填 0）" min={0} max={50} />
          <Count name="firstFloor" label="起始楼层" min={-20} max={300} />
          <Count name="floorCount" label="层数" min={1} max={300} />
          <Count name="roomsPerFloor" label="每层户数" min={1} max={200} />
        </Space>
        <Form.Item
          name="pattern"
          label="房号规则"
          rules={[{ required: true, message: '请填写房号规则' }]}
          extra="{building} 楼号、{unit} 单元号、{floor} 楼层、{room:2} 两位的户序号。如 1-2-1204"
        >
          <Input maxLength={80} />
        </Form.Item>
        <Space size={16} wrap align="start">
          <Form.Item name="usage" label="房屋类型">
            <Select style={{ width: 140 }} options={optionsOf(houseUsages)} />
          </Form.Item>
          <Form.Item name="status" label="房屋状态">
            <Select style={{ width: 140 }} options={optionsOf(houseStatuses)} />
          </Form.Item>
          <Form.Item
            name="builtArea"
            label="建筑面积"
            rules={[{ required: true, pattern: /^\d{1,7}(\.\d{1,2})?$/, message: '应为数字，最多两位小数' }]}
          >
            <Input suffix="㎡" style={{ width: 140 }} />
          </Form.Item>
        </Space>
      </Form>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {preview.data ? (
        <>
          <Typography.Paragraph>
            共 {preview.data.count} 套，其中 {preview.data.existingCount} 套已存在，将跳过。
          </Typography.Paragraph>
          <Table
            size="small"
            rowKey="fullName"
            dataSource={preview.data.rows}
            pagination={{ pageSize: 20, showSizeChanger: false }}
            columns={[
              { title: '房屋', dataIndex: 'fullName' },
              { title: '单元', dataIndex: 'unit' },
              { title: '楼层', dataIndex: 'floor', align: 'right' },
              { title: '', dataIndex: 'isExisting', render: (isExisting: boolean) => (isExisting ? '已存在' : '') },
            ]}
          />
        </>
      ) : null}
    </Drawer>
  );
}

function Count({ name, label, min, max }: { name: keyof Batch; label: string; min: number; max: number }) {
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: '请填写' }]}>
      <InputNumber min={min} max={max} precision={0} style={{ width: 140 }} />
    </Form.Item>
  );
}
