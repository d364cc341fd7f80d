import { ProblemError } from '@anlin/client';
import { getResidentProfile, mergeResidents, type ResidentProfile, setIdCard } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

interface IdCardDialogProps {
  profile: ResidentProfile;
  onClose: () => void;
  onDuplicate: (otherId: string) => void;
}

/** Enters, corrects or removes the id card. What is there already is not shown: it is typed anew. */
export function IdCardDialog({ profile, onClose, onDuplicate }: IdCardDialogProps) {
  const [form] = Form.useForm<{ idCard: string }>();
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (idCard: string) =>
      call(setIdCard, { params: { id: profile.id }, body: { version: profile.version, idCard } }),
    async onSuccess(_, idCard) {
      message.success(idCard === '' ? '证件号已清除' : '证件号已加密保存');
      onClose();
      await queries.invalidateQueries();
    },
  });
  const otherId = save.error instanceof ProblemError ? save.error.params.otherId : undefined;
  return (
    <Modal
      open
      width={440}
      title={`${profile.name}的身份证号`}
      okText="保存"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>核对校验码，并与出生日期、性别比对；加密保存，平时只显示前三位和后四位。</p>
      <Form form={form} onFinish={({ idCard }) => save.mutate(idCard)}>
        <Form.Item name="idCard" rules={[{ required: true, whitespace: true, message: '请填写身份证号' }]}>
          <Input autoFocus aria-label="身份证号" maxLength={24} placeholder="18 位身份证号" autoComplete="off" />
        </Form.Item>
      </Form>
      {profile.idCard === '' ? null : (
        <Button size="small" danger onClick={() => save.mutate('')}>
          清除已登记的证件号
        </Button>
      )}
      {save.error ? (
        <Alert
          type="error"
          showIcon
          title={errorText(save.error)}
          style={{ marginTop: 12 }}
          action={
            typeof otherId === 'string' && can('resident.delete') ? (
              <Button size="small" onClick={() => onDuplicate(otherId)}>
                合并两份资料
              </Button>
            ) : null
          }
        />
      ) : null}
    </Modal>
  );
}

interface MergeDialogProps {
  profile: ResidentProfile;
  /** The other record, where it is known already. */
  otherId?: string | undefined;
  onClose: () => void;
}

/** Shows both records side by side before one becomes part of the other. */
export function MergeDialog({ profile, otherId, onClose }: MergeDialogProps) {
  const [form] = Form.useForm<{ reason: string }>();
  const [chosen, setChosen] = useState<string | null>(otherId ?? null);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const other = useQuery({
    queryKey: ['resident', 'profile', chosen],
    queryFn: ({ signal }) => call(getResidentProfile, { params: { id: chosen ?? '' }, signal }),
    enabled: chosen !== null,
  });
  const merge = useMutation({
    mutationFn: (reason: string) =>
      call(mergeResidents, { params: { id: profile.id }, body: { otherId: chosen ?? '', reason } }),
    async onSuccess({ movedStays }) {
      message.success(`已合并，转来 ${movedStays} 条入住记录`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  const rows = [
    ['姓名', 'name'],
    ['手机号', 'phone'],
    ['身份证号', 'idCard'],
    ['出生日期', 'birthday'],
    ['工作单位', 'employer'],
  ] as const;
  const housesOf = (one: ResidentProfile) => one.occupancies.map((stay) => stay.houseLabel).join('、');
  return (
    <Modal
      open
      width={560}
      title={`把另一份资料并入“${profile.name}”`}
      okText="合并"
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: !other.data, loading: merge.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>另一份的入住、邀请和申请都归到这一份，这一份空着的项用另一份的补上，然后删除另一份。不能撤回。</p>
      <ReferenceSelect
        to="resident"
        value={chosen}
        onChange={setChosen}
        aria-label="另一份资料"
        placeholder="姓名、电话尾号或房号"
        style={{ width: '100%', marginBottom: 12 }}
      />
      {other.data ? (
        <Table
          size="small"
          pagination={false}
          rowKey="label"
          columns={[
            { title: '', dataIndex: 'label', width: 90 },
            { title: '保留这一份', dataIndex: 'kept' },
            { title: '并入并删除', dataIndex: 'other' },
          ]}
          dataSource={[
            ...rows.map(([label, key]) => ({ label, kept: profile[key] || '—', other: other.data[key] || '—' })),
            { label: '房屋', kept: housesOf(profile) || '—', other: housesOf(other.data) || '—' },
          ]}
          style={{ marginBottom: 12 }}
        />
      ) : null}
      <Form form={form} layout="vertical" onFinish={({ reason }) => merge.mutate(reason)}>
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写原因' }]}>
          <Input maxLength={200} placeholder="如：同一个人登记了两次" />
        </Form.Item>
      </Form>
      {merge.error ? <Alert type="error" showIcon title={errorText(merge.error)} /> : null}
    </Modal>
  );
}
