import { type DepartmentView, deleteDepartment, moveDepartment, staffResource } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Skeleton, Tree, type TreeProps } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { DepartmentDialog } from './department-dialog.tsx';
import { DepartmentPeople } from './department-people.tsx';
import { type DepartmentItem, departmentItems, departmentKey, useDepartments } from './departments.ts';
import { MoveDialog } from './move-dialog.tsx';
import styles from './organisation.module.css';

type Dialog =
  | { kind: 'add'; parent: DepartmentView | undefined }
  | { kind: 'edit' | 'move'; department: DepartmentView };

/** The tree of departments, and who works in the one that is chosen (PLT-3). */
export default function DepartmentScreen() {
  const mayEdit = useCan()('department.edit');
  const { data, error } = useDepartments();
  const [chosenId, setChosenId] = useState<string>();
  // What is folded, not what is open: a new department's parent opens by itself.
  const [folded, setFolded] = useState<readonly string[]>([]);
  const [dialog, setDialog] = useState<Dialog>();
  const move = useMove();
  const remove = useRemove(() => setChosenId(undefined));
  const chosen = data?.find(({ id }) => id === chosenId) ?? data?.[0];
  const close = () => setDialog(undefined);
  return (
    <PageFrame
      isFilling
      help="公司的部门。拖动部门可调整上级和顺序；部门负责人是审批流程里的“部门负责人”。"
      extra={
        mayEdit ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setDialog({ kind: 'add', parent: undefined })}>
            新增部门
          </Button>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <div className={styles.columns}>
        <section className={styles.tree} aria-label="部门">
          {data ? null : <Skeleton active title={false} paragraph={{ rows: 6 }} />}
          {data?.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有部门。先新增一个，如“工程部”" />
          ) : null}
          {data && data.length > 0 ? (
            <Tree<DepartmentItem>
              blockNode
              expandedKeys={data.map(({ id }) => id).filter((id) => !folded.includes(id))}
              onExpand={(_, { node, expanded }) =>
                setFolded(expanded ? folded.filter((id) => id !== node.key) : [...folded, node.key])
              }
              draggable={mayEdit ? { icon: false } : false}
              treeData={departmentItems(data)}
              titleRender={({ department }) => <Node department={department} />}
              selectedKeys={chosen ? [chosen.id] : []}
              onSelect={(_, { node }) => setChosenId(node.key)}
              onDrop={(info) => move.mutate(placeOf(data, info))}
            />
          ) : null}
        </section>
        {chosen ? (
          <DepartmentPeople
            key={chosen.id}
            department={chosen}
            actions={
              mayEdit ? (
                <>
                  <Button onClick={() => setDialog({ kind: 'add', parent: chosen })}>新增下级</Button>
                  <Button onClick={() => setDialog({ kind: 'edit', department: chosen })}>修改</Button>
                  <Button onClick={() => setDialog({ kind: 'move', department: chosen })}>移动</Button>
                  <Button danger onClick={() => remove(chosen)}>
                    删除
                  </Button>
                </>
              ) : null
            }
          />
        ) : null}
      </div>
      {dialog?.kind === 'add' ? (
        <DepartmentDialog parent={dialog.parent} onClose={close} onSaved={(id) => id && setChosenId(id)} />
      ) : null}
      {dialog?.kind === 'edit' ? <DepartmentDialog department={dialog.department} onClose={close} /> : null}
      {dialog?.kind === 'move' ? <MoveDialog all={data ?? []} department={dialog.department} onClose={close} /> : null}
    </PageFrame>
  );
}

function Node({ department }: { department: DepartmentView }) {
  return (
    <span className={styles.node}>
      <span className={styles.nodeName} title={department.name}>
        {department.name}
      </span>
      <span className={styles.count}>{department.staffCount} 人</span>
    </span>
  );
}

type Drop = Parameters<NonNullable<TreeProps<DepartmentItem>['onDrop']>>[0];

/** What a drop asks for: onto a department means last below it, between two means before the next of the same parent. */
function placeOf(all: readonly DepartmentView[], { dragNode, node, dropToGap, dropPosition }: Drop) {
  const id = dragNode.key;
  const target = node.department;
  if (!dropToGap) return { id, parentId: target.id, beforeId: null };
  const siblings = all.filter((one) => one.parentId === target.parentId && one.id !== id);
  const isBefore = dropPosition < Number(node.pos.split('-').at(-1));
  const place = siblings.findIndex((one) => one.id === target.id) + (isBefore ? 0 : 1);
  return { id, parentId: target.parentId, beforeId: siblings[place]?.id ?? null };
}

/** Moves by dropping; what is refused is said and the tree stays as it was. */
function useMove() {
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; parentId: string | null; beforeId: string | null }) =>
      call(moveDepartment, { params: { id }, body }),
    onSuccess: () =>
      Promise.all([departmentKey, [staffResource.name]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
    onError: (error) => message.error(errorText(error), 6),
  });
}

function useRemove(onRemoved: () => void) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return (department: DepartmentView) =>
    modal.confirm({
      title: `删除部门“${department.path}”？`,
      content: '没有人的下级部门也会一起删除。还有人时不会删除任何部门。',
      okText: '删除',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(deleteDepartment, { params: { id: department.id } });
          onRemoved();
          await queries.invalidateQueries({ queryKey: departmentKey });
        } catch (error) {
          message.error(errorText(error), 8);
        }
      },
    });
}
