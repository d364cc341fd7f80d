import { type AttachedFile, planFundProject } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import FilesInput from '../../resource-ui/files-input.tsx';
import { ReferencesSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { fundKeys } from './fund-tabs.ts';

interface PlanForm {
  communityId: string;
  name: string;
  reason: string;
  contractor: string;
  budget: string;
  buildingIds?: string[];
  files?: AttachedFile[];
}

const required = (label: string) => [{ required: true, whitespace: true, message: `请填写${label}` }];
const filesField = { label: '附件', accept: 'any', maxFiles: 20 } as const;

/** What the fund is to be used for, before the owners vote. */
export default function PlanDialog({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const { id } = useCommunity();
  const queries = useQueryClient();
  const [form] = Form.useForm<PlanForm>();
  const plan = useMutation({
    mutationFn: ({ files = [], buildingIds = [], ...rest }: PlanForm) =>
      call(planFundProject, { body: { ...rest, buildingIds, fileIds: files.map((file) => file.id) } }),
    onSuccess: async () => {
      message.success('已登记，等待表决');
      for (const key of fundKeys) await queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={520}
      title="登记使用方案"
      okText="登记"
      cancelText="取消"
      okButtonProps={{ loading: plan.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<PlanForm>
        form={form}
        layout="vertical"
        initialValues={{ communityId: id ?? (communities.length === 1 ? communities[0]?.id : undefined) }}
        onFinish={(values) => plan.mutate(values)}
      >
        <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <Select options={communities.map((one) => ({ value: one.id, label: one.name }))} />
        </Form.Item>
        <Form.Item name="name" label="方案名称" rules={required('方案名称')}>
          <Input maxLength={100} placeholder="如：更换 1 栋电梯钢丝绳" />
        </Form.Item>
        <Form.Item name="reason" label="事由" rules={required('事由')}>
          <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 5 }} />
        </Form.Item>
        <Form.Item name="contractor" label="施工单位" rules={required('施工单位')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item
          name="budget"
          label="金额"
          rules={[{ required: true, pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '请填写金额，最多两位小数' }]}
        >
          <Input className="figures" inputMode="decimal" suffix="元" />
        </Form.Item>
        <Form.Item name="buildingIds" label="由哪些楼宇分摊" help="不选：全小区">
          <ReferencesSelect to="building" placeholder="全小区" />
        </Form.Item>
        <Form.Item name="files" label="附件" help="方案、合同、预算等">
          <FilesInput field={filesField} />
        </Form.Item>
      </Form>
      {plan.error ? <Alert type="error" showIcon title={errorText(plan.error)} /> : null}
    </Modal>
  );
}
