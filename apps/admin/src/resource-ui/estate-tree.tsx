import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Empty, Input, Skeleton, Tree } from 'antd';
import { type Key, lazy, Suspense, useState } from 'react';

const ListError = lazy(() => import('./list-error.tsx'));

export type EstateLevel = 'community' | 'building' | 'unit' | 'house';

export interface EstateNode {
  /** Id of the row of its level. */
  id: string;
  level: EstateLevel;
  label: string;
  /** Houses have nothing below them; a screen may stop the tree earlier. */
  isLeaf: boolean;
}

/** Where the tree gets its nodes. `search` finds nodes anywhere and answers them as one flat list. */
export interface EstateLoader {
  /** Name of this source, so that two trees over different data do not share what they have loaded. */
  key: string;
  children: (parent: EstateNode | undefined) => Promise<EstateNode[]>;
  search?: (text: string) => Promise<EstateNode[]>;
}

interface EstateTreeProps {
  loader: EstateLoader;
  /** The node the list beside is narrowed to. */
  selected?: EstateNode | undefined;
  onSelect?: (node: EstateNode | undefined) => void;
  /** Given, nodes have boxes; a box above stands for everything below it, loaded or not. */
  checked?: { nodes: readonly EstateNode[]; onChange: (nodes: EstateNode[]) => void };
}

interface TreeItem {
  key: string;
  title: string;
  isLeaf: boolean;
  node: EstateNode;
  children?: TreeItem[];
}

/** Community → building → unit → house, each level loaded when it is opened, with a search box above (EST-11). */
export function EstateTree({ loader, selected, onSelect, checked }: EstateTreeProps) {
  const [text, setText] = useState('');
  const [loaded, setLoaded] = useState<Readonly<Record<string, EstateNode[]>>>({});
  const [failure, setFailure] = useState<unknown>();
  const wanted = text.trim();
  const top = useQuery({
    queryKey: ['estateTree', loader.key, wanted],
    queryFn: () => (wanted !== '' && loader.search ? loader.search(wanted) : loader.children(undefined)),
  });
  const load = async ({ node }: TreeItem) => {
    try {
      const below = await loader.children(node);
      setLoaded((before) => ({ ...before, [keyOf(node)]: below }));
    } catch (error) {
      setFailure(error);
    }
  };
  const items = (top.data ?? []).map((node) => itemOf(node, loaded));
  const error = top.error ?? failure;
  return (
    <>
      {loader.search ? (
        <Input
          allowClear
          prefix={<SearchOutlined />}
          placeholder="查找楼宇、单元、房屋"
          aria-label="在树中查找"
          style={{ marginBottom: 8, flex: 'none' }}
          onPressEnter={(event) => setText(event.currentTarget.value)}
          onBlur={(event) => setText(event.target.value)}
          onClear={() => setText('')}
        />
      ) : null}
      {error ? (
        <Suspense>
          <ListError error={error} />
        </Suspense>
      ) : null}
      {top.isPending ? <Skeleton active title={false} paragraph={{ rows: 6 }} /> : null}
      {top.data?.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={wanted === '' ? '还没有楼宇，请先新增' : '没有找到'} />
      ) : null}
      <Tree<TreeItem>
        blockNode
        treeData={items}
        loadData={load}
        loadedKeys={Object.keys(loaded)}
        selectable={onSelect !== undefined}
        selectedKeys={selected ? [keyOf(selected)] : []}
        onSelect={(_, { node, selected: isOn }) => onSelect?.(isOn ? node.node : undefined)}
        {...(checked
          ? {
              checkable: true,
              checkedKeys: checked.nodes.map(keyOf),
              onCheck: (keys: Key[] | { checked: Key[] }) => {
                const chosen = new Set((Array.isArray(keys) ? keys : keys.checked).map(String));
                checked.onChange(topmost(items, chosen));
              },
            }
          : {})}
      />
    </>
  );
}

function keyOf({ level, id }: EstateNode): string {
  return `${level}:${id}`;
}

function itemOf(node: EstateNode, loaded: Readonly<Record<string, EstateNode[]>>): TreeItem {
  const below = loaded[keyOf(node)];
  const item = { key: keyOf(node), title: node.label, isLeaf: node.isLeaf, node };
  return below ? { ...item, children: below.map((child) => itemOf(child, loaded)) } : item;
}

/** A whole building is one node, not its thousand houses. */
function topmost(items: readonly TreeItem[], chosen: ReadonlySet<string>): EstateNode[] {
  return items.flatMap((item) => (chosen.has(item.key) ? [item.node] : topmost(item.children ?? [], chosen)));
}
