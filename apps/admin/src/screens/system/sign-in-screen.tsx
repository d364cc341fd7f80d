import {
  endStaffSessions,
  getSignInPolicy,
  listStaffSessions,
  type SignInWay,
  type StaffSessionView,
  saveSignInPolicy,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Empty, Popconfirm, Radio, type TableColumnType, Tag } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { deviceName } from '../../session/device-name.ts';
import { useSession } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from '../finance/finance.module.css';
import { FilterRow, SearchFilter, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';

const ways: Readonly<Record<SignInWay, string>> = {
  password: '密码',
  passwordOrCode: '密码或短信验证码',
  passwordAndCode: '密码加短信验证码',
};

/** PLT-2: how the company's staff sign in, who is signed in where, and putting somebody out. */
export default function SignInScreen() {
  const address = useFilterAddress(['q']);
  const { values, set, page, pageSize } = address;
  const { message } = App.useApp();
  const { permissions } = useSession();
  const queries = useQueryClient();
  const query = { ...values, page, pageSize };
  const { data, error, isFetching } = useQuery({
    queryKey: ['staffSessions', query],
    queryFn: ({ signal }) => call(listStaffSessions, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const end = useMutation({
    mutationFn: (id: string) => call(endStaffSessions, { params: { id } }),
    onSuccess: ({ ended }) => message.success(`已结束 ${ended} 处登录`),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['staffSessions'] }),
  });
  const mayEdit = permissions.includes('signIn.edit');
  return (
    <PageFrame isFilling help="员工用什么方式登录，谁正在哪里登录。员工离职或手机丢失时，可在此结束其全部登录。">
      <div className={styles.page}>
        <Policy mayEdit={mayEdit} />
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <SearchFilter hint="员工姓名" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
        </FilterRow>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <TotalsBar count={error ? null : data?.total} noun="处登录" />
        <PagedTable<StaffSessionView>
          label="登录设备"
          rowKey={(row) => row.id}
          columns={columns(mayEdit, (id) => end.mutate(id))}
          rows={data?.rows}
          total={data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={isFetching && data === undefined}
          empty={<Empty description="没有符合条件的登录" />}
          onPage={address.setPage}
        />
      </div>
    </PageFrame>
  );
}

function Policy({ mayEdit }: { mayEdit: boolean }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: ['signInPolicy'], queryFn: () => call(getSignInPolicy) });
  const save = useMutation({
    mutationFn: (body: { way: SignInWay; hasWecom: boolean }) => call(saveSignInPolicy, { body }),
    onSuccess: () => message.success('登录方式已修改，下次登录起生效'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['signInPolicy'] }),
  });
  if (!data) return null;
  return (
    <section className={styles.filters} aria-label="登录方式">
      <Radio.Group
        disabled={!mayEdit || save.isPending}
        value={data.way}
        options={Object.entries(ways).map(([value, label]) => ({ value, label }))}
        onChange={(event) => save.mutate({ ...data, way: event.target.value as SignInWay })}
      />
      <Checkbox
        disabled={!mayEdit || save.isPending}
        checked={data.hasWecom}
        onChange={(event) => save.mutate({ ...data, hasWecom: event.target.checked })}
      >
        也可用企业微信登录
      </Checkbox>
    </section>
  );
}

const columns = (mayEdit: boolean, onEnd: (staffId: string) => void): TableColumnType<StaffSessionView>[] => [
  {
    title: '员工',
    width: 180,
    render: (_, row) => (
      <>
        {row.staffName} <span className="muted">{row.position}</span>
        {row.isCurrent ? (
          <Tag color="blue" variant="filled" style={{ marginLeft: 8 }}>
            本机
          </Tag>
        ) : null}
      </>
    ),
  },
  { title: '设备', width: 200, ellipsis: true, render: (_, row) => deviceName(row.userAgent) },
  { title: '来源地址', width: 150, dataIndex: 'ip' },
  { title: '登录时间', width: 150, render: (_, row) => instantText(row.createdAt) },
  { title: '最近使用', width: 150, render: (_, row) => instantText(row.lastSeenAt) },
  {
    title: '操作',
    width: 120,
    render: (_, row) =>
      mayEdit ? (
        <Popconfirm
          title={`结束${row.staffName}的全部登录？`}
          description={row.isCurrent ? '您自己的本机登录保留' : '各设备须重新登录'}
          okText="结束"
          onConfirm={() => onEnd(row.staffId)}
        >
          <Button size="small">结束全部登录</Button>
        </Popconfirm>
      ) : null,
  },
];
