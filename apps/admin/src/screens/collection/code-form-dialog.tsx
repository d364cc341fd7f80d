import { collectionCodeResource, createCollectionCode, type ResourceRow, updateCollectionCode } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Radio, Switch } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';

interface CodeForm {
  communityId?: string;
  name: string;
  purpose: 'held' | 'income' | 'prepaid';
  chargeItemId?: string | null;
  isRemarkRequired: boolean;
}

interface CodeFormDialogProps {
  /** The code to change; undefined: a new one. */
  row: ResourceRow | undefined;
  communityId: string | undefined;
  onClose: (newId?: string) => void;
}

/** A code of the community: what it is called and what money that is paid by it becomes. */
export default function CodeFormDialog({ row, communityId, onClose }: CodeFormDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<CodeForm>();
  const purpose = Form.useWatch('purpose', form);
  const isDoor = row?.purpose === 'prepaid';
  const save = useMutation({
    mutationFn: async ({ communityId: place, purpose: chosen, chargeItemId, ...values }: CodeForm) => {
      const item = chosen === 'held' ? null : (chargeItemId ?? null);
      if (row) {
        await call(updateCollectionCode, {
          params: { id: row.id },
          body: { ...values, purpose: chosen, chargeItemId: item },
        });
        return undefined;
      }
      const body = { ...values, purpose: chosen === 'income' ? chosen : ('held' as const), chargeItemId: item };
      return (await call(createCollectionCode, { body: { ...body, communityId: place ?? '' } })).id;
    },
    onSuccess: async (id) => {
      message.success(row ? '收款码已修改，已贴出的不用重印' : '收款码已生成');
      await queries.invalidateQueries({ queryKey: [collectionCodeResource.name] });
      onClose(id);
    },
  });
  return (
    <Modal
      open
      width={480}
      title={row ? `修改收款码“${String(row.name)}”` : '新增收款码'}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={() => onClose()}
    >
      <Form<CodeForm>
        form={form}
        layout="vertical"
        initialValues={
          row
            ? {
                name: row.name,
                purpose: row.purpose,
                chargeItemId: row.chargeItemId,
                isRemarkRequired: row.isRemarkRequired,
              }
            : { communityId, purpose: 'held', isRemarkRequired: true }
        }
        onFinish={(values) => save.mutate(values)}
      >
        {row ? null : (
          <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
            <ReferenceSelect to="community" />
          </Form.Item>
        )}
        <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
          <Input maxLength={40} placeholder="如：服务中心前台" disabled={isDoor} />
        </Form.Item>
        {isDoor ? (
          <Form.Item name="purpose" hidden>
            <Input />
          </Form.Item>
        ) : (
          <Form.Item name="purpose" label="直接付款的钱记为">
            <Radio.Group
              options={[
                { value: 'held', label: '待认领，由员工归到房屋' },
                { value: 'income', label: '其他收入' },
              ]}
            />
          </Form.Item>
        )}
        {purpose === 'held' ? null : (
          <Form.Item
            name="chargeItemId"
            label={isDoor ? '专项' : '收入项目'}
            {...(isDoor
              ? { extra: '不选：存为通用预存款' }
              : { rules: [{ required: true, message: '请选择收入项目' }] })}
          >
            <ReferenceSelect to="chargeItem" placeholder={isDoor ? '通用' : '请选择'} />
          </Form.Item>
        )}
        <Form.Item
          name="isRemarkRequired"
          label="备注必填"
          valuePropName="checked"
          extra={isDoor ? undefined : '付款人写明房号或手机号，便于认领'}
        >
          <Switch />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
