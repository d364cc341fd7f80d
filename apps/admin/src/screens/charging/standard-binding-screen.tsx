import { bindingStates, deleteStandardBinding, type ResourceRow, standardBindingResource } from '@anlin/contract';
import { LinkOutlined, TagsOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { BindDrawer } from './bind-drawer.tsx';
import { EditBindingDrawer } from './edit-binding-drawer.tsx';
import { EndBindingsDialog } from './end-bindings-dialog.tsx';

const TagBindingsDrawer = lazy(() => import('./tag-bindings-drawer.tsx'));

const stateColors: Record<string, string> = { active: 'green', upcoming: 'blue', ended: 'default' };
const bindingStateName = (state: unknown) => bindingStates[state as keyof typeof bindingStates];

export default function StandardBindingScreen() {
  const mayEdit = useCan()('standardBinding.edit');
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [isBinding, setBinding] = useState(false);
  const [showsFollowed, setShowsFollowed] = useState(false);
  const [editing, setEditing] = useState<ResourceRow>();
  const [ending, setEnding] = useState<{ rows: readonly ResourceRow[]; clear: () => void }>();

  const remove = (row: ResourceRow) =>
    modal.confirm({
      title: `删除“${String(row.targetLabel)}”的这个绑定？`,
      content: '只有从未生成过账单的绑定可以删除；其余请用“结束”。',
      okText: '删除',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(deleteStandardBinding, { params: { id: row.id } });
          await queries.invalidateQueries({ queryKey: [standardBindingResource.name] });
        } catch (error) {
          message.error(errorText(error), 6);
        }
      },
    });

  return (
    <>
      <ResourcePage
        definition={standardBindingResource}
        help="谁按哪个标准收费，从哪天起。一次可以绑定整栋楼、某种用途或某个标签的全部房屋。"
        emptyHint="还没有绑定。点“绑定标准”，选择收费标准和房屋"
        columns={{
          state: {
            render: ({ state }) => <Tag color={stateColors[String(state)] ?? ''}>{bindingStateName(state)}</Tag>,
          },
        }}
        actionsWidth={150}
        toolbar={() => (
          <>
            <Button icon={<TagsOutlined />} onClick={() => setShowsFollowed(true)}>
              跟随标签
            </Button>
            {mayEdit ? (
              <Button type="primary" icon={<LinkOutlined />} onClick={() => setBinding(true)}>
                绑定标准
              </Button>
            ) : null}
          </>
        )}
        {...(mayEdit
          ? {
              rowActions: (row: ResourceRow, place: 'list' | 'detail') => {
                const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
                return (
                  <>
                    <Button {...look} onClick={() => setEditing(row)}>
                      修改
                    </Button>
                    <Button {...look} onClick={() => setEnding({ rows: [row], clear: () => {} })}>
                      结束
                    </Button>
                    <Button {...look} danger onClick={() => remove(row)}>
                      删除
                    </Button>
                  </>
                );
              },
              batchActions: (rows: readonly ResourceRow[], clear: () => void) => (
                <Button size="small" onClick={() => setEnding({ rows, clear })}>
                  结束绑定
                </Button>
              ),
            }
          : {})}
      />
      <Suspense>{showsFollowed ? <TagBindingsDrawer onClose={() => setShowsFollowed(false)} /> : null}</Suspense>
      {isBinding ? <BindDrawer onClose={() => setBinding(false)} /> : null}
      {editing ? <EditBindingDrawer row={editing} onClose={() => setEditing(undefined)} /> : null}
      {ending ? (
        <EndBindingsDialog
          rows={ending.rows}
          onClose={(isDone) => {
            if (isDone) ending.clear();
            setEnding(undefined);
          }}
        />
      ) : null}
    </>
  );
}
