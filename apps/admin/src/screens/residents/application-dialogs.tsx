import {
  approveApplication,
  communityResource,
  type OccupancyRole,
  type RegistrationMode,
  type ResourceRow,
  registrationModes,
  rejectApplications,
  resourceEndpoints,
  resubmitApplication,
  submitApplication,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';
import { phoneRule, roleOptions } from './move-in-dialog.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface ApplicationForm {
  communityId: string;
  name: string;
  phone: string;
  houseId: string | null;
  role: OccupancyRole | null;
  note: string;
}

/** An application on somebody's behalf, or a refused one put right. What must be given follows the community's registration mode. */
export function SubmitDialog({ application, onClose }: { application?: ResourceRow; onClose: () => void }) {
  const [form] = Form.useForm<ApplicationForm>();
  const { communities } = useSession();
  const current = useCommunity();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const chosen: string | undefined = Form.useWatch('communityId', form);
  const { data: community } = useQuery({
    queryKey: ['community', 'one', chosen],
    queryFn: async ({ signal }) =>
      (await call(resourceEndpoints(communityResource).get, { params: { id: chosen ?? '' }, signal })) as ResourceRow,
    enabled: chosen !== undefined,
  });
  const mode = community?.registrationMode as RegistrationMode | undefined;
  const save = useMutation({
    async mutationFn(values: ApplicationForm) {
      const body = {
        ...{ name: values.name, note: values.note ?? '' },
        ...{ houseId: values.houseId ?? null, role: values.role ?? null },
      };
      if (application) {
        await call(resubmitApplication, { params: { id: application.id }, body });
        return 'waiting' as const;
      }
      const { communityId, phone } = values;
      return (await call(submitApplication, { body: { ...body, communityId, phone: phone ?? '' } })).outcome;
    },
    async onSuccess(outcome) {
      if (outcome === 'placed') message.info('这个手机号已经在住，无需审核');
      else message.success('已提交，等待审核');
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      title={application ? `重新提交“${String(application.name)}”的申请` : '代住户提交入住申请'}
      okText="提交"
      cancelText="取消"
      okButtonProps={{ disabled: mode === 'closed' }}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={
          application ?? { communityId: current.id ?? (communities.length === 1 ? communities[0]?.id : undefined) }
        }
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item
          name="communityId"
          label="小区"
          rules={[{ required: true, message: '请选择小区' }]}
          extra={
            mode ? `住户注册方式：${registrationModes[mode]}${mode === 'closed' ? '。请直接在“住户”中迁入' : ''}` : null
          }
        >
          <Select
            disabled={application !== undefined}
            options={communities.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
          <Input maxLength={40} />
        </Form.Item>
        {application ? null : (
          <Form.Item name="phone" label="手机号" rules={[phoneRule]}>
            <Input maxLength={20} />
          </Form.Item>
        )}
        <Form.Item name="houseId" label="所住的房屋" required={mode === 'openReview'}>
          <ReferenceSelect to="house" communityId={chosen} placeholder="房号、姓名、电话尾号、车牌" />
        </Form.Item>
        <Form.Item name="role" label="身份" required={mode === 'openReview'}>
          <Select allowClear options={roleOptions} />
        </Form.Item>
        <Form.Item
          name="note"
          label="注册说明"
          required={mode === 'simpleReview'}
          extra={community?.registrationHint ? String(community.registrationHint) : null}
        >
          <Input.TextArea rows={2} maxLength={500} placeholder="如：3栋2单元1201的业主" />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}

interface ApproveForm {
  houseId: string;
  role: OccupancyRole;
  name: string;
  movedInOn: string;
  validUntil: string | null;
}

/** Places somebody in a house. What was asked for stands there already and may be changed. */
export function ApproveDialog({ application, onClose }: { application: ResourceRow; onClose: () => void }) {
  const [form] = Form.useForm<ApproveForm>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const approve = useMutation({
    mutationFn: ({ houseId, role, name, movedInOn, validUntil }: ApproveForm) =>
      call(approveApplication, {
        params: { id: application.id },
        body: { houseId, role, name, movedInOn, validUntil: validUntil || null },
      }),
    async onSuccess() {
      message.success('已通过并迁入');
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      title={`通过“${String(application.name)}”的入住申请`}
      okText="通过并迁入"
      cancelText="取消"
      confirmLoading={approve.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {application.note ? (
        <Alert type="info" title={`注册说明：${String(application.note)}`} style={{ marginBottom: 12 }} />
      ) : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          houseId: application.houseId,
          role: application.role ?? 'owner',
          name: application.name,
          movedInOn: todayText(),
        }}
        onFinish={(values) => approve.mutate(values)}
      >
        <Form.Item name="houseId" label="迁入的房屋" rules={[{ required: true, message: '请选择房屋' }]}>
          <ReferenceSelect to="house" communityId={application.communityId} placeholder="房号、姓名、电话尾号、车牌" />
        </Form.Item>
        <Form.Item name="role" label="身份">
          <Select options={roleOptions} />
        </Form.Item>
        <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="movedInOn" label="迁入日期" rules={[{ required: true, message: '请填写迁入日期' }]}>
          <DayField />
        </Form.Item>
        <Form.Item name="validUntil" label="有效期至" extra="含当天。到期次日自动迁出；不填为长期">
          <DayField />
        </Form.Item>
      </Form>
      {approve.error ? <Alert type="error" showIcon title={errorText(approve.error)} /> : null}
    </Modal>
  );
}

/** Refuses one application or several, with one reason. */
export function RejectDialog({ rows, onClose }: { rows: readonly ResourceRow[]; onClose: () => void }) {
  const [only] = rows;
  return (
    <ReasonDialog
      title={rows.length === 1 ? `拒绝“${String(only?.name)}”的入住申请？` : `拒绝 ${rows.length} 条入住申请？`}
      okText={rows.length === 1 ? '拒绝' : `拒绝 ${rows.length} 条`}
      done="已拒绝"
      act={(reason) => call(rejectApplications, { body: { ids: rows.map(({ id }) => id), reason } })}
      onClose={onClose}
    >
      <p>申请人会看到原因，改正后可以重新提交。</p>
    </ReasonDialog>
  );
}
