import { ProblemError } from '@anlin/client';
import {
  type AttachedFile,
  addStaff,
  editStaff,
  type ResourceRow,
  type StaffInput,
  sexes,
  staffDetails,
  staffResource,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Select, Skeleton, Space, Switch, TreeSelect } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { DayField } from '../estate/day-field.tsx';
import { departmentItems, departmentKey, useDepartments } from './departments.ts';
import type { ShownPassword } from './initial-passwords.tsx';
import styles from './organisation.module.css';
import { PictureField } from './picture-field.tsx';

type StaffForm = Omit<StaffInput, 'photoFileId' | 'maySignInPc' | 'maySignInPhone'> & {
  photo: AttachedFile[];
  clients: ('pc' | 'phone')[];
  initialPassword?: string;
};

interface StaffFormProps {
  /** Left out: a new person. */
  row?: ResourceRow | undefined;
  /** Department a new person begins in. */
  departmentId?: string | undefined;
  onClose: () => void;
  /** Saved; with the password to show where an account was made. */
  onSaved: (shown: ShownPassword | undefined) => void;
}

/** A person of the staff: who they are, how they are reached, where they work, how they may sign in. */
export default function StaffFormDrawer(props: StaffFormProps) {
  const { row } = props;
  const details = useQuery({
    queryKey: [staffResource.name, 'details', row?.id],
    queryFn: () => call(staffDetails, { params: { id: row?.id ?? '' } }),
    enabled: row !== undefined,
    staleTime: 0,
  });
  if (details.error) return <Alert type="error" showIcon title={errorText(details.error)} />;
  const departmentIds = row
    ? details.data?.departments.map(({ id }) => id)
    : props.departmentId
      ? [props.departmentId]
      : [];
  if (departmentIds === undefined || details.isFetching) {
    return (
      <Drawer open size={640} onClose={props.onClose} title="修改员工">
        <Skeleton active />
      </Drawer>
    );
  }
  return <LoadedForm {...props} departmentIds={departmentIds} />;
}

function LoadedForm({ row, departmentIds, onClose, onSaved }: StaffFormProps & { departmentIds: string[] }) {
  const [form] = Form.useForm<StaffForm>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (values: StaffForm) => send(row, values),
    async onSuccess({ initialPassword, joinCode }, values) {
      message.success(joinCode ? '已保存。该手机号已有账号，请把加入码告诉本人' : '员工已保存');
      await Promise.all([
        queries.invalidateQueries({ queryKey: [staffResource.name] }),
        queries.invalidateQueries({ queryKey: departmentKey }),
      ]);
      const isShown = initialPassword !== null || joinCode !== null;
      onSaved(isShown ? { ...values, password: initialPassword ?? '', joinCode: joinCode ?? '' } : undefined);
    },
    onError(error) {
      const fields = error instanceof ProblemError ? error.fields : [];
      form.setFields(
        fields.map(({ path, message: text }) => ({
          name: path.replace('photoFileId', 'photo') as never,
          errors: [text],
        })),
      );
    },
  });
  return (
    <Drawer
      open
      size={640}
      title={row ? `修改员工“${String(row.name)}”` : '新增员工'}
      onClose={onClose}
      mask={{ closable: false }}
      footer={
        <Space style={{ float: 'right' }}>
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            保存
          </Button>
        </Space>
      }
    >
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} style={{ marginBottom: 16 }} /> : null}
      <Form<StaffForm>
        form={form}
        layout="vertical"
        initialValues={initialValues(row, departmentIds)}
        onFinish={(values) => save.mutate(values)}
      >
        <PersonFields />
        <WorkFields />
        <SignInFields isNew={row === undefined} />
        <ShownFields />
      </Form>
    </Drawer>
  );
}

function PersonFields() {
  return (
    <>
      <div className={styles.pair}>
        <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
          <Input maxLength={40} autoFocus />
        </Form.Item>
        <Form.Item
          name="phone"
          label="手机号"
          extra="登录用"
          rules={[
            { required: true, message: '请填写手机号' },
            { pattern: /^1\d{10}$/, message: '应为 11 位手机号' },
          ]}
        >
          <Input maxLength={11} inputMode="tel" />
        </Form.Item>
        <Form.Item name="number" label="工号">
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="sex" label="性别">
          <Select allowClear options={Object.entries(sexes).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="nickname" label="昵称">
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="wechat" label="微信号">
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <Form.Item
        name="email"
        label="邮箱"
        rules={[{ pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, message: '邮箱应写成 name@example.com 的样子' }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="wecomUserId"
        label="企业微信账号"
        extra="企业微信通讯录里的账号（userid），用于企业微信登录和收消息；不用企业微信的留空"
      >
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="photo" label="照片">
        <PictureField label="照片" />
      </Form.Item>
    </>
  );
}

function WorkFields() {
  const maySeeDepartments = useCan()('department.view');
  const { data } = useDepartments(maySeeDepartments);
  return (
    <>
      <Form.Item name="departmentIds" label="部门" extra="可属于几个部门">
        <TreeSelect
          multiple
          allowClear
          treeDefaultExpandAll
          showSearch={{ treeNodeFilterProp: 'title' }}
          disabled={!maySeeDepartments}
          treeData={departmentItems(data ?? [])}
          placeholder={data?.length === 0 ? '还没有部门，可先在“组织架构”中新增' : '请选择'}
        />
      </Form.Item>
      <div className={styles.pair}>
        <Form.Item name="position" label="职务">
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="joinedOn" label="入职日期">
          <DayField />
        </Form.Item>
      </div>
      <Form.Item name="note" label="备注">
        <Input.TextArea maxLength={500} autoSize={{ minRows: 1, maxRows: 4 }} />
      </Form.Item>
    </>
  );
}

function SignInFields({ isNew }: { isNew: boolean }) {
  return (
    <>
      <div className={styles.pair}>
        <Form.Item name="clients" label="可以登录">
          <Checkbox.Group
            options={[
              { value: 'pc', label: '电脑' },
              { value: 'phone', label: '手机' },
            ]}
          />
        </Form.Item>
        <Form.Item name="expiresOn" label="到期日期" extra="从这一天起不能再登录">
          <DayField />
        </Form.Item>
      </div>
      {isNew ? (
        <Form.Item
          name="initialPassword"
          label="初始密码"
          extra="不填则自动生成，保存后显示一次。本人首次登录须修改"
          rules={[{ pattern: /^(?=.*\p{L})(?=.*\d).{8,}$/u, message: '至少 8 位，须同时含字母和数字' }]}
        >
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
      ) : null}
    </>
  );
}

function ShownFields() {
  return (
    <>
      <Form.Item name="isShownToResidents" label="向住户展示" extra="在住户端的“维修师傅”中显示姓名、照片、擅长和介绍">
        <Switch checkedChildren="展示" unCheckedChildren="不展示" />
      </Form.Item>
      <Form.Item name="skills" label="擅长">
        <Input maxLength={200} placeholder="如：水电、门锁、空调" />
      </Form.Item>
      <Form.Item name="introduction" label="介绍">
        <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 5 }} />
      </Form.Item>
    </>
  );
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const day = (value: unknown) => (typeof value === 'string' ? value : null);

function initialValues(row: ResourceRow | undefined, departmentIds: string[]): Partial<StaffForm> {
  if (!row) return { departmentIds, clients: ['pc', 'phone'], photo: [], isShownToResidents: false };
  return {
    name: text(row.name),
    phone: text(row.phone),
    number: text(row.number),
    sex: (row.sex ?? null) as StaffForm['sex'],
    nickname: text(row.nickname),
    wechat: text(row.wechat),
    email: text(row.email),
    wecomUserId: text(row.wecomUserId),
    position: text(row.position),
    joinedOn: day(row.joinedOn),
    expiresOn: day(row.expiresOn),
    note: text(row.note),
    skills: text(row.skills),
    introduction: text(row.introduction),
    isShownToResidents: row.isShownToResidents === true,
    photo: row.photo as AttachedFile[],
    clients: [...(row.maySignInPc ? ['pc' as const] : []), ...(row.maySignInPhone ? ['phone' as const] : [])],
    departmentIds,
  };
}

/** Saves; what is to be shown once comes back, a password or a code to join by. */
async function send(row: ResourceRow | undefined, { photo, clients, initialPassword, ...values }: StaffForm) {
  const body = {
    ...values,
    sex: values.sex ?? null,
    email: values.email ?? '',
    wecomUserId: values.wecomUserId ?? '',
    photoFileId: photo[0]?.id ?? null,
    maySignInPc: clients.includes('pc'),
    maySignInPhone: clients.includes('phone'),
  };
  if (row) return call(editStaff, { params: { id: row.id }, body: { ...body, version: row.version } });
  return call(addStaff, { body: { ...body, initialPassword: initialPassword || null } });
}
