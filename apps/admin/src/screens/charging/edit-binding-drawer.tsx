import { type ResourceRow, standardBindingResource, updateStandardBinding } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input } from 'antd';
import { call } from '../../api/api.ts';
import { FormDrawer } from '../../resource-ui/form-drawer.tsx';

interface BindingValues {
  ownPrice: string;
  ownQuantity: string;
  ownAmount: string;
  note: string;
}

const numberRule = { pattern: /^\s*\d{1,9}(\.\d{1,6})?\s*$/, message: '应为不小于 0 的数字，最多六位小数' };

/** Price, quantity and note of one binding. Bills already raised keep what they were computed by. */
export function EditBindingDrawer({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<BindingValues>();
  const save = useMutation({
    mutationFn: (values: BindingValues) =>
      call(updateStandardBinding, {
        params: { id: row.id },
        body: {
          version: row.version,
          ownPrice: values.ownPrice.trim() || null,
          ownQuantity: values.ownQuantity.trim() || null,
          ownAmount: values.ownAmount.trim() || null,
          note: values.note,
        },
      }),
    onSuccess: async () => {
      message.success('标准绑定已保存');
      await queries.invalidateQueries({ queryKey: [standardBindingResource.name] });
      onClose();
    },
  });
  return (
    <FormDrawer
      title={`修改“${String(row.targetLabel)}”的绑定`}
      form={form}
      initialValues={{
        ownPrice: trimmed(row.ownPrice),
        ownQuantity: trimmed(row.ownQuantity),
        ownAmount: trimmed(row.ownAmount),
        note: String(row.note ?? ''),
      }}
      isSaving={save.isPending}
      error={save.error}
      onSave={(values) => save.mutate(values)}
      onClose={onClose}
      head={
        <Alert
          type="info"
          showIcon
          style={{ marginBottom: 16 }}
          title={`${String(row.chargeItemIdLabel)} · ${String(row.chargeStandardIdLabel)}`}
          description="只影响以后生成的账单，已生成的账单不变。更换标准请先结束这个绑定，再绑定新标准。"
        />
      }
    >
      <Form.Item name="ownPrice" label="单独定价（元/月）" rules={[numberRule]} extra="留空按收费标准的价格">
        <Input className="figures" inputMode="decimal" />
      </Form.Item>
      <Form.Item name="ownQuantity" label="单独数量" rules={[numberRule]} extra="留空按房屋、车位或车辆的面积等资料">
        <Input className="figures" inputMode="decimal" />
      </Form.Item>
      <Form.Item
        name="ownAmount"
        label="单独金额（元/月）"
        rules={[numberRule]}
        extra="填写后不再按价格和数量计算；“绑定时填写金额”的标准必须填写"
      >
        <Input className="figures" inputMode="decimal" />
      </Form.Item>
      <Form.Item name="note" label="备注">
        <Input.TextArea maxLength={500} showCount autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </FormDrawer>
  );
}

/** `2.800000` → `2.8`: without the zeros of storage. */
function trimmed(value: unknown): string {
  return typeof value !== 'string' ? '' : value.includes('.') ? value.replace(/\.?0+$/, '') : value;
}
