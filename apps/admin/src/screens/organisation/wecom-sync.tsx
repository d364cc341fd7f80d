import {
  applyWecomSync,
  compareWecom,
  departmentSteps,
  getWecomSync,
  staffResource,
  type WecomSyncKind,
  type WecomSyncPreview,
  wecomSyncKinds,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Space, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { TaskBar, useTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { departmentKey } from './departments.ts';
import type { ShownPassword } from './initial-passwords.tsx';

/** Reads WeCom's directory, shows what would change, and does what is chosen of it. */
export default function WecomSync({
  onClose,
  onPasswords,
}: {
  onClose: () => void;
  onPasswords: (rows: readonly ShownPassword[]) => void;
}) {
  const compare = useMutation({ mutationFn: () => call(compareWecom) });
  const { mutate } = compare;
  useEffect(() => mutate(), [mutate]);
  const taskId = compare.data?.taskId;
  const { data: task, error } = useTask(taskId);
  const problem = compare.error ?? error;
  return (
    <Drawer open title="从企业微信同步" size={880} onClose={onClose}>
      <Space orientation="vertical" size={16} style={{ width: '100%' }}>
        {problem ? <Alert type="error" showIcon title={errorText(problem)} /> : null}
        {task && task.state !== 'done' ? <TaskBar task={task} /> : null}
        {problem || task?.state === 'failed' ? <Button onClick={() => mutate()}>重新读取</Button> : null}
        {taskId !== undefined && task?.state === 'done' ? (
          <Plan taskId={taskId} onClose={onClose} onPasswords={onPasswords} onCompareAgain={() => mutate()} />
        ) : null}
      </Space>
    </Drawer>
  );
}

function Plan({
  taskId,
  onClose,
  onPasswords,
  onCompareAgain,
}: {
  taskId: string;
  onClose: () => void;
  onPasswords: (rows: readonly ShownPassword[]) => void;
  onCompareAgain: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const key = [getWecomSync.id, taskId];
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call(getWecomSync, { params: { taskId }, signal }),
  });
  const [unchosen, setUnchosen] = useState<readonly WecomSyncKind[]>(['goneStaff']);
  const can = useCan();
  const kinds = (Object.keys(wecomSyncKinds) as WecomSyncKind[]).filter(
    (kind) =>
      (data?.[kind].length ?? 0) > 0 &&
      (kind !== 'departments' || can('department.edit')) &&
      (kind !== 'goneStaff' || can('staff.disable')),
  );
  const chosen = kinds.filter((kind) => !unchosen.includes(kind));
  const apply = useMutation({
    mutationFn: (fingerprint: string) =>
      call(applyWecomSync, { params: { taskId }, body: { kinds: chosen, fingerprint } }),
    onSuccess: async ({ departments, added, changed, disabled, passwords }) => {
      message.success(`已同步：部门 ${departments} 个，新增 ${added} 人，修改 ${changed} 人，停用 ${disabled} 人`, 6);
      onPasswords(passwords);
      onClose();
      await queries.invalidateQueries({ queryKey: [staffResource.name] });
      await queries.invalidateQueries({ queryKey: departmentKey });
    },
    // What changed meanwhile is shown before it is asked about again.
    onError: () => queries.invalidateQueries({ queryKey: key }),
  });
  if (error) {
    return (
      <>
        <Alert type="error" showIcon title={errorText(error)} />
        <Button onClick={onCompareAgain}>重新读取</Button>
      </>
    );
  }
  if (!data) return null;
  return (
    <>
      <div>
        企业微信中有 {data.staffRead} 人、{data.departmentsRead} 个部门。下面是与本系统的差别，确认后才会写入。
      </div>
      {kinds.length === 0 ? <Alert type="success" showIcon title="没有需要同步的内容" /> : null}
      {kinds.map((kind) => (
        <section key={kind} aria-label={wecomSyncKinds[kind]}>
          <Checkbox
            checked={chosen.includes(kind)}
            onChange={({ target }) =>
              setUnchosen(target.checked ? unchosen.filter((one) => one !== kind) : [...unchosen, kind])
            }
          >
            {wecomSyncKinds[kind]}（{data[kind].length}）{kind === 'goneStaff' ? '：停用，资料保留' : ''}
          </Checkbox>
          <Rows kind={kind} preview={data} />
        </section>
      ))}
      {data.problems.length > 0 ? <Problems rows={data.problems} /> : null}
      {apply.error ? <Alert type="error" showIcon title={errorText(apply.error)} /> : null}
      {kinds.length > 0 ? (
        <Button
          type="primary"
          disabled={chosen.length === 0}
          loading={apply.isPending}
          onClick={() => apply.mutate(data.fingerprint)}
        >
          同步所选内容
        </Button>
      ) : null}
    </>
  );
}

const look = { size: 'small', pagination: { pageSize: 10, hideOnSinglePage: true }, style: { marginTop: 8 } } as const;

function Rows({ kind, preview }: { kind: WecomSyncKind; preview: WecomSyncPreview }) {
  switch (kind) {
    case 'departments':
      return (
        <Table
          {...look}
          rowKey="path"
          dataSource={preview.departments}
          columns={[
            { title: '部门', dataIndex: 'path' },
            { title: '原来', dataIndex: 'formerPath' },
            { title: '处理', width: 140, render: (_, { step }) => departmentSteps[step] },
          ]}
        />
      );
    case 'changedStaff':
      return (
        <Table
          {...look}
          rowKey="userId"
          dataSource={preview.changedStaff}
          columns={[
            { title: '姓名', dataIndex: 'name', width: 120 },
            { title: '手机号', dataIndex: 'phone', width: 128 },
            {
              title: '变化',
              render: (_, { changes }) =>
                changes.map(({ label, before, after }) => (
                  <div key={label}>
                    {label}：{before || '（无）'} → {after || '（无）'}
                  </div>
                )),
            },
          ]}
        />
      );
    case 'newStaff':
      return (
        <Table
          {...look}
          rowKey="userId"
          dataSource={preview.newStaff}
          columns={[
            { title: '姓名', dataIndex: 'name', width: 120 },
            { title: '手机号', dataIndex: 'phone', width: 128 },
            { title: '部门', dataIndex: 'departments' },
            { title: '职务', dataIndex: 'position', width: 140 },
          ]}
        />
      );
    case 'goneStaff':
      return (
        <Table
          {...look}
          rowKey="userId"
          dataSource={preview.goneStaff}
          columns={[
            { title: '姓名', dataIndex: 'name', width: 120 },
            { title: '手机号', dataIndex: 'phone', width: 128 },
            { title: '企业微信账号', dataIndex: 'userId' },
          ]}
        />
      );
  }
}

function Problems({ rows }: { rows: WecomSyncPreview['problems'] }) {
  return (
    <section aria-label="跳过">
      <div>跳过（{rows.length}），不做任何改动：</div>
      <Table
        {...look}
        rowKey={({ name, reason }) => `${name} ${reason}`}
        dataSource={rows}
        columns={[
          { title: '姓名', dataIndex: 'name', width: 200 },
          {
            title: '原因',
            render: (_, { reason, isConflict }) => (
              <>
                {isConflict ? <Tag color="red">冲突</Tag> : null}
                {reason}
              </>
            ),
          },
        ]}
      />
    </section>
  );
}
