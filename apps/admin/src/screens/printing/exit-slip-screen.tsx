import { type EndpointArguments, printExitSlip, type SearchHit, searchEstate } from '@anlin/contract';
import { DeleteOutlined, PlusOutlined, PrinterOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, DatePicker, Form, Input, Select, Space } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { openPrepared } from '../../print/prepared-print.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';

type SlipForm = Omit<EndpointArguments<typeof printExitSlip>['body'], 'exitOn'> & { exitOn: dayjs.Dayjs };

/** 出门条打印: filled in at the counter and printed with the next number; nothing is kept but the number and the audit entry. */
export default function ExitSlipScreen() {
  const { message } = App.useApp();
  const { id: communityId } = useCommunity();
  const [form] = Form.useForm<SlipForm>();
  const [q, setQ] = useState('');
  const found = useQuery({
    queryKey: ['estate', 'search', q, communityId],
    queryFn: () => call(searchEstate, { query: { q, communityId } }),
    enabled: q.trim() !== '',
  });
  const houses = (found.data?.rows ?? []).filter((hit) => hit.kind === 'house');
  const print = useMutation({
    mutationFn: (values: SlipForm) =>
      call(printExitSlip, { body: { ...values, exitOn: values.exitOn.format('YYYY-MM-DD') } }),
    onSuccess: ({ number, ...printed }) => {
      message.success(`出门条 ${number} 已开具`);
      if (!openPrepared({ type: 'exitSlip', printed }))
        message.warning('浏览器拦截了打印窗口，请允许本站弹出窗口后再打印');
      form.resetFields();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <PageFrame help="填写后打印一张带编号的出门条。系统只记编号和经手人，不保存清单，打印后不能补打。">
      <Form<SlipForm>
        form={form}
        layout="vertical"
        style={{ maxWidth: 760 }}
        initialValues={{ exitOn: dayjs(), items: [{ item: '', quantity: '', note: '' }] }}
        onFinish={(values) => print.mutate(values)}
      >
        <Form.Item name="houseId" label="房屋" rules={[{ required: true, message: '请选择房屋' }]}>
          <Select
            showSearch={{ filterOption: false, onSearch: setQ }}
            placeholder="输入房号、姓名或电话尾号查找"
            options={houses.map((hit) => ({ value: hit.id, label: houseText(hit) }))}
          />
        </Form.Item>
        <Space wrap size={12} align="start">
          <Form.Item
            name="personName"
            label="携带人"
            rules={[{ required: true, whitespace: true, message: '请填写携带人' }]}
          >
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="phone" label="电话">
            <Input maxLength={30} />
          </Form.Item>
          <Form.Item name="plate" label="车牌">
            <Input maxLength={20} />
          </Form.Item>
          <Form.Item name="exitOn" label="出门日期" rules={[{ required: true, message: '请选择出门日期' }]}>
            <DatePicker allowClear={false} />
          </Form.Item>
        </Space>
        <Form.List name="items">
          {(fields, { add, remove }) => (
            <Form.Item label="物品">
              {fields.map(({ key, name }) => (
                <Space key={key} align="start" style={{ display: 'flex', marginBottom: 6 }}>
                  <Form.Item
                    name={[name, 'item']}
                    noStyle
                    rules={[{ required: true, whitespace: true, message: '请填写物品' }]}
                  >
                    <Input aria-label={`物品 ${name + 1}`} placeholder="物品" maxLength={60} style={{ width: 260 }} />
                  </Form.Item>
                  <Form.Item name={[name, 'quantity']} noStyle>
                    <Input aria-label={`数量 ${name + 1}`} placeholder="数量" maxLength={30} style={{ width: 110 }} />
                  </Form.Item>
                  <Form.Item name={[name, 'note']} noStyle>
                    <Input aria-label={`物品备注 ${name + 1}`} placeholder="备注" maxLength={60} />
                  </Form.Item>
                  <Button
                    type="text"
                    aria-label={`去掉物品 ${name + 1}`}
                    icon={<DeleteOutlined />}
                    disabled={fields.length === 1}
                    onClick={() => remove(name)}
                  />
                </Space>
              ))}
              <Button
                type="dashed"
                icon={<PlusOutlined />}
                disabled={fields.length >= 50}
                onClick={() => add({ item: '', quantity: '', note: '' })}
              >
                增加物品
              </Button>
            </Form.Item>
          )}
        </Form.List>
        <Form.Item name="reason" label="出门事由">
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <Input maxLength={200} />
        </Form.Item>
        <Button type="primary" htmlType="submit" icon={<PrinterOutlined />} loading={print.isPending}>
          打印出门条
        </Button>
      </Form>
    </PageFrame>
  );
}

function houseText({ label, communityLabel, people }: SearchHit): string {
  return [label, communityLabel, people[0]?.name].filter((part) => part !== undefined && part !== '').join(' ');
}
