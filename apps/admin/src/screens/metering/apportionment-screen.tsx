import { apportionmentResource, deleteApportionment, type ResourceRow } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

const ApportionmentForm = lazy(() => import('./apportionment-form.tsx'));
const RunDrawer = lazy(() => import('./apportionment-run-drawer.tsx'));
const Runs = lazy(() => import('./apportionment-runs.tsx'));

export default function ApportionmentScreen() {
  const can = useCan();
  const { change } = useAddress();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<ResourceRow | 'new'>();
  const [running, setRunning] = useState<{ row: ResourceRow; month?: string }>();
  const remove = (row: ResourceRow) =>
    modal.confirm({
      title: `删除公摊“${String(row.name)}”？`,
      content: '只有没分摊过的可以删除。',
      okText: '删除',
      okButtonProps: { danger: true },
      async onOk() {
        try {
          await call(deleteApportionment, { params: { id: row.id } });
          message.success('公摊已删除');
          change({ id: undefined }, { replace: true });
        } catch (error) {
          message.error(errorText(error));
        }
        await queries.invalidateQueries({ queryKey: [apportionmentResource.name] });
      },
    });
  const actions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    return (
      <Space size={place === 'list' ? 0 : 8}>
        {can('apportionment.run') ? (
          <Button {...look} onClick={() => setRunning({ row })}>
            分摊
          </Button>
        ) : null}
        {can('apportionment.edit') ? (
          <>
            <Button {...look} onClick={() => setEditing(row)}>
              修改
            </Button>
            {row.runCount === 0 ? (
              <Button {...look} danger onClick={() => remove(row)}>
                删除
              </Button>
            ) : null}
          </>
        ) : null}
      </Space>
    );
  };
  return (
    <>
      <ResourcePage
        definition={apportionmentResource}
        help="把一笔费用或总表损耗分给各户，每户一张账单，合计分文不差。先预览，再生成。"
        emptyHint="还没有公摊。先新增一个，如“公共照明”"
        actionsWidth={190}
        rowActions={actions}
        columns={{
          lastMonth: { render: (row) => (row.lastMonth ? String(row.lastMonth).slice(0, 7) : '还没有') },
        }}
        toolbar={() =>
          can('apportionment.edit') ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
              新增公摊
            </Button>
          ) : null
        }
        detail={[
          {
            key: 'runs',
            label: '历史',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <Runs id={row.id} onRedo={(month) => setRunning({ row, month })} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {editing ? (
          <ApportionmentForm id={editing === 'new' ? undefined : editing.id} onClose={() => setEditing(undefined)} />
        ) : null}
        {running ? (
          <RunDrawer
            row={running.row}
            {...(running.month === undefined ? {} : { startMonth: running.month })}
            onClose={() => setRunning(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  );
}
