import {
  type AttachedFile,
  type ResourceRow,
  resourceEndpoints,
  resubmitVehicle,
  submitVehicle,
  vehicleApplicationResource,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select, Skeleton } from 'antd';
import { call, errorText } from '../../api/api.ts';
import FilesInput from '../../resource-ui/files-input.tsx';
import { ReferencesSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { phoneRule } from '../residents/move-in-dialog.tsx';

interface VehicleForm {
  communityId: string;
  plate: string;
  houseIds: string[];
  ownerName: string;
  ownerPhone: string;
  brand: string;
  color: string;
  licencePictures: AttachedFile[];
  note: string;
}

interface DialogProps {
  application?: ResourceRow;
  onClose: () => void;
}

/** A vehicle on a resident's behalf, or a refused one put right: then with the phone asked anew, since lists hide it. */
export default function SubmitVehicleDialog({ application, onClose }: DialogProps) {
  const { data } = useQuery({
    queryKey: [vehicleApplicationResource.name, 'one', application?.id],
    queryFn: ({ signal }) =>
      call(resourceEndpoints(vehicleApplicationResource).get, { params: { id: application?.id ?? '' }, signal }),
    enabled: application !== undefined,
  });
  return application && !data ? (
    <Modal open footer={null} title="重新提交车辆" onCancel={onClose}>
      <Skeleton active />
    </Modal>
  ) : (
    <SubmitForm {...(data ? { application: data as ResourceRow } : {})} onClose={onClose} />
  );
}

function SubmitForm({ application, onClose }: DialogProps) {
  const [form] = Form.useForm<VehicleForm>();
  const { communities } = useSession();
  const current = useCommunity();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const communityId: string | undefined = Form.useWatch('communityId', form);
  const isHidden = String(application?.ownerPhone ?? '').includes('*');
  const save = useMutation({
    async mutationFn({ communityId: community, licencePictures, ...values }: VehicleForm) {
      const body = {
        plate: values.plate,
        houseId: values.houseIds?.[0] ?? null,
        furtherHouseIds: (values.houseIds ?? []).slice(1),
        ownerName: values.ownerName ?? '',
        ownerPhone: values.ownerPhone ?? '',
        brand: values.brand ?? '',
        color: values.color ?? '',
        note: values.note ?? '',
        parkingCard: String(application?.parkingCard ?? ''),
        displacement: String(application?.displacement ?? ''),
        licencePictures: (licencePictures ?? []).map(({ id }) => id),
      };
      if (application) await call(resubmitVehicle, { params: { id: application.id }, body });
      else await call(submitVehicle, { body: { ...body, communityId: community } });
    },
    async onSuccess() {
      message.success('已提交，等待审核');
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      title={application ? `重新提交“${String(application.plate)}”` : '代住户提交车辆'}
      okText="提交"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {application?.refuseReason ? (
        <Alert
          type="warning"
          showIcon
          title={`上次未通过：${String(application.refuseReason)}`}
          style={{ marginBottom: 12 }}
        />
      ) : null}
      <Form<VehicleForm>
        form={form}
        layout="vertical"
        initialValues={
          application
            ? {
                ...application,
                ownerPhone: isHidden ? '' : application.ownerPhone,
                houseIds: ((application.houseIds ?? []) as { id: string }[]).map(({ id }) => id),
              }
            : { communityId: current.id ?? (communities.length === 1 ? communities[0]?.id : undefined) }
        }
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <Select
            disabled={application !== undefined}
            options={communities.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item
          name="plate"
          label="车牌号码"
          rules={[{ required: true, whitespace: true, message: '请填写车牌号码' }]}
        >
          <Input maxLength={20} placeholder="如：粤B12345" />
        </Form.Item>
        <Form.Item name="houseIds" label="关联房屋" extra="可多套，第一套是主房屋。关联房屋和车主姓名至少填一项">
          <ReferencesSelect to="house" communityId={communityId} placeholder="房号、姓名、电话尾号" />
        </Form.Item>
        <Form.Item name="ownerName" label="车主姓名">
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item
          name="ownerPhone"
          label="车主手机"
          rules={[phoneRule]}
          extra={isHidden ? `原来填的是 ${String(application?.ownerPhone)}，请重新填写` : null}
        >
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="brand" label="品牌">
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="color" label="颜色">
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="licencePictures" label="行驶证照片">
          <FilesInput field={{ label: '行驶证照片', accept: 'image', maxFiles: 4 }} />
        </Form.Item>
        <Form.Item name="note" label="说明">
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
