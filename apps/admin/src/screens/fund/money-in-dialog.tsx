import { addFundInterest, depositFund } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, ReferencesSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';
import { fundKeys } from './fund-tabs.ts';

interface MoneyInForm {
  communityId: string;
  buildingIds?: string[];
  houseIds?: string[];
  year: number;
  rate: string;
  bookedOn: string;
  note?: string;
}

/** 归集 by area × rate, or a year's interest. */
export default function MoneyInDialog({ what, onClose }: { what: 'deposit' | 'interest'; onClose: () => void }) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const { id: chosen } = useCommunity();
  const queries = useQueryClient();
  const [form] = Form.useForm<MoneyInForm>();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const isDeposit = what === 'deposit';
  const write = useMutation({
    mutationFn: ({ year, buildingIds, houseIds, ...rest }: MoneyInForm) =>
      isDeposit
        ? call(depositFund, {
            body: { ...rest, buildingIds: buildingIds ?? [], houseIds: houseIds ?? [], idempotencyKey },
          })
        : call(addFundInterest, { body: { ...rest, year, idempotencyKey } }),
    onSuccess: async ({ total, accountCount }) => {
      message.success(`已记入 ${accountCount} 户，共 ${groupThousands(total)} 元`);
      for (const key of fundKeys) await queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={480}
      title={isDeposit ? '归集维修资金' : '维修资金结息'}
      okText={isDeposit ? '归集' : '结息'}
      cancelText="取消"
      okButtonProps={{ loading: write.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">
        {isDeposit
          ? '按各户建筑面积 × 单价记入账户，四舍五入到分。没有填写面积的房屋不记。'
          : '全小区余额 × 年利率，按余额分到各户，合计分毫不差。一年结一次。'}
      </p>
      <Form<MoneyInForm>
        form={form}
        layout="vertical"
        initialValues={{
          communityId: chosen ?? (communities.length === 1 ? communities[0]?.id : undefined),
          bookedOn: todayText(),
          year: Number(todayText().slice(0, 4)) - 1,
        }}
        onFinish={(values) => write.mutate(values)}
      >
        <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <Select options={communities.map((one) => ({ value: one.id, label: one.name }))} />
        </Form.Item>
        {isDeposit ? (
          <>
            <Form.Item name="buildingIds" label="楼宇" help="不选：全小区">
              <ReferencesSelect to="building" placeholder="全小区" />
            </Form.Item>
            <Form.Item name="houseIds" label="房屋" help="只给个别房屋续交时选择">
              <ReferencesSelect to="house" placeholder="不限" />
            </Form.Item>
          </>
        ) : (
          <Form.Item name="year" label="哪一年" rules={[{ required: true, message: '请填写年份' }]}>
            <InputNumber min={1998} max={2200} style={{ width: '100%' }} />
          </Form.Item>
        )}
        <Form.Item
          name="rate"
          label={isDeposit ? '单价（元/平方米）' : '年利率（%）'}
          rules={[{ required: true, pattern: /^\d{1,6}(\.\d{1,4})?$/, message: '请填写数字，最多四位小数' }]}
        >
          <Input className="figures" inputMode="decimal" />
        </Form.Item>
        <Form.Item
          name="bookedOn"
          label="日期"
          rules={[{ required: true, pattern: /^\d{4}-\d{2}-\d{2}$/, message: '日期应写成 2026-03-01 的样子' }]}
        >
          <DayField />
        </Form.Item>
        <Form.Item name="note" label="说明">
          <Input maxLength={200} />
        </Form.Item>
      </Form>
      {write.error ? <Alert type="error" showIcon title={errorText(write.error)} /> : null}
    </Modal>
  );
}
