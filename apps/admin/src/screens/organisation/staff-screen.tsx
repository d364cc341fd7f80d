import {
  disableStaff,
  enableStaff,
  type ResourceRow,
  resetPasswords,
  staffDepartmentFilter,
  staffResource,
  staffStates,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Skeleton, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { type FormSection, ResourcePage } from '../../resource-ui/index.ts';
import { useCan, useSession } from '../../session/session-context.ts';
import type { ShownPassword } from './initial-passwords.tsx';

const StaffDepartments = lazy(() => import('./staff-departments.tsx'));
const StaffForm = lazy(() => import('./staff-form.tsx'));
const InitialPasswords = lazy(() => import('./initial-passwords.tsx'));
const WecomSync = lazy(() => import('./wecom-sync.tsx'));

const sections: readonly FormSection[] = [
  { title: '本人', keys: ['name', 'phone', 'number', 'sex', 'nickname', 'wechat', 'email', 'photo'] },
  { title: '工作', keys: ['departments', 'position', 'joinedOn', 'note'] },
  { title: '登录', keys: ['state', 'maySignInPc', 'maySignInPhone', 'expiresOn'] },
  { title: '向住户展示', keys: ['isShownToResidents', 'skills', 'introduction'] },
];

const stateColors: Record<string, string> = { active: 'green', disabled: 'default', expired: 'orange' };

export default function StaffScreen() {
  const can = useCan();
  const { staff: oneself } = useSession();
  const [editing, setEditing] = useState<{ row?: ResourceRow; departmentId?: string }>();
  const [shown, setShown] = useState<readonly ShownPassword[]>([]);
  const [isSyncing, setSyncing] = useState(false);
  const actions = useStaffActions(setShown);
  const others = (rows: readonly ResourceRow[]) => rows.filter(({ id }) => id !== oneself.id);

  return (
    <>
      <ResourcePage
        definition={staffResource}
        help="在公司工作、用手机号登录安邻的人。停用后立即不能登录，资料和操作记录保留。"
        emptyHint="还没有员工。先在“组织架构”中建好部门，再逐位新增或从表格导入"
        searchHint="姓名、拼音、工号、手机尾号"
        sections={sections}
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={stateColors[String(state)] ?? ''}>{staffStates[state as keyof typeof staffStates]}</Tag>
            ),
          },
        }}
        {...(can('department.view')
          ? {
              sideTree: (list) => (
                <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 6 }} />}>
                  <StaffDepartments {...list} />
                </Suspense>
              ),
            }
          : {})}
        toolbar={({ conditions }) => (
          <>
            {can('staff.import') ? <Button onClick={() => setSyncing(true)}>从企业微信同步</Button> : null}
            {can('staff.create') ? (
              <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing(startOf(conditions.filter))}>
                新增员工
              </Button>
            ) : null}
          </>
        )}
        rowActions={(row, place) => {
          const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
          const isOut = row.state !== 'active';
          return (
            <>
              {can('staff.edit') ? (
                <Button {...look} onClick={() => setEditing({ row })}>
                  修改
                </Button>
              ) : null}
              {can('staff.resetPassword') && row.id !== oneself.id ? (
                <Button {...look} onClick={() => actions.reset([row])}>
                  重置密码
                </Button>
              ) : null}
              {can('staff.disable') && row.id !== oneself.id ? (
                <Button
                  {...look}
                  danger={!isOut}
                  onClick={() => (isOut ? actions.enable([row]) : actions.disable([row]))}
                >
                  {isOut ? '启用' : '停用'}
                </Button>
              ) : null}
            </>
          );
        }}
        actionsWidth={192}
        {...(can('staff.disable')
          ? {
              batchActions: (rows: readonly ResourceRow[], clear: () => void) => (
                <>
                  <Button size="small" danger onClick={() => actions.disable(others(rows), clear)}>
                    停用
                  </Button>
                  <Button size="small" onClick={() => actions.enable(rows, clear)}>
                    启用
                  </Button>
                  {can('staff.resetPassword') ? (
                    <Button size="small" onClick={() => actions.reset(others(rows), clear)}>
                      重置密码
                    </Button>
                  ) : null}
                </>
              ),
            }
          : {})}
      />
      <Suspense>
        {editing === undefined ? null : (
          <StaffForm
            {...editing}
            onClose={() => setEditing(undefined)}
            onSaved={(password) => {
              setEditing(undefined);
              setShown(password ? [password] : []);
            }}
          />
        )}
        {isSyncing ? <WecomSync onClose={() => setSyncing(false)} onPasswords={setShown} /> : null}
        {shown.length === 0 ? null : <InitialPasswords rows={shown} onClose={() => setShown([])} />}
      </Suspense>
    </>
  );
}

/** A new person begins in the department the list is narrowed to. */
function startOf(filter: string | undefined): { departmentId?: string } {
  const chosen = filter === undefined ? undefined : (JSON.parse(filter)[staffDepartmentFilter] as string[] | undefined);
  return chosen?.length === 1 && chosen[0] !== undefined ? { departmentId: chosen[0] } : {};
}

const namesOf = (rows: readonly ResourceRow[]) =>
  rows.length <= 3 ? rows.map((row) => `“${String(row.name)}”`).join('、') : `${rows.length} 位员工`;

/** Disabling, enabling and resetting passwords, each asked about first, with what it will do and to whom. */
function useStaffActions(show: (rows: readonly ShownPassword[]) => void) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const ask = (
    rows: readonly ResourceRow[],
    words: { title: string; content: string; okText: string; isDanger: boolean },
    work: (ids: string[]) => Promise<void>,
    done: (() => void) | undefined,
  ) => {
    if (rows.length === 0) {
      message.info('没有可以操作的员工：不能对自己的账号这样做');
      return;
    }
    modal.confirm({
      title: words.title,
      content: words.content,
      okText: words.okText,
      okButtonProps: { danger: words.isDanger },
      cancelText: '取消',
      onOk: async () => {
        try {
          await work(rows.map(({ id }) => id));
          done?.();
          await queries.invalidateQueries({ queryKey: [staffResource.name] });
        } catch (error) {
          message.error(errorText(error), 6);
        }
      },
    });
  };
  return {
    disable: (rows: readonly ResourceRow[], done?: () => void) =>
      ask(
        rows,
        {
          title: `停用${namesOf(rows)}？`,
          content: '他们会立即退出登录，也不能再登录。资料和操作记录保留，以后可以重新启用。',
          okText: `停用 ${rows.length} 人`,
          isDanger: true,
        },
        async (ids) => {
          const { count } = await call(disableStaff, { body: { ids } });
          message.success(`已停用 ${count} 人`);
        },
        done,
      ),
    enable: (rows: readonly ResourceRow[], done?: () => void) =>
      ask(
        rows,
        {
          title: `重新启用${namesOf(rows)}？`,
          content: '他们可以再次登录；已经过了的到期日期会一并清除。',
          okText: `启用 ${rows.length} 人`,
          isDanger: false,
        },
        async (ids) => {
          const { count } = await call(enableStaff, { body: { ids } });
          message.success(`已启用 ${count} 人`);
        },
        done,
      ),
    reset: (rows: readonly ResourceRow[], done?: () => void) =>
      ask(
        rows,
        {
          title: `重置${namesOf(rows)}的密码？`,
          content: '原密码立即失效，所有设备退出登录。新的初始密码只显示一次，本人登录后须修改。',
          okText: '重置密码',
          isDanger: true,
        },
        async (ids) => show((await call(resetPasswords, { body: { ids } })).rows),
        done,
      ),
  };
}
