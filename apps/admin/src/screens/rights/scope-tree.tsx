import { listScopePlaces } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Skeleton, Tree } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import styles from './rights.module.css';

export interface ScopePlace {
  id: string;
  level: 'community' | 'building' | 'house';
  /** With what it lies in: `翠湖花园 3栋`. */
  label: string;
}

interface PlaceItem {
  key: string;
  title: string;
  isLeaf: boolean;
  disableCheckbox: boolean;
  place: ScopePlace;
  children?: PlaceItem[];
}

interface ScopeTreeProps {
  places: readonly ScopePlace[];
  onChange: (places: readonly ScopePlace[]) => void;
}

const below = { community: 'building', building: 'house' } as const;

/** Communities, buildings and houses with boxes; what lies below a ticked one goes with it and cannot be ticked itself. */
export function ScopeTree({ places, onChange }: ScopeTreeProps) {
  const [children, setChildren] = useState<Readonly<Record<string, PlaceItem[]>>>({});
  const [failure, setFailure] = useState<unknown>();
  const top = useQuery({ queryKey: ['scope-places'], queryFn: () => loadPlaces(undefined) });
  const chosen = new Set(places.map((place) => place.id));
  const itemOf = (item: PlaceItem, isCovered: boolean): PlaceItem => {
    const inner = children[item.key]?.map((child) => itemOf(child, isCovered || chosen.has(item.key)));
    return { ...item, disableCheckbox: item.disableCheckbox || isCovered, ...(inner ? { children: inner } : {}) };
  };
  const load = async ({ key, place }: PlaceItem) => {
    try {
      const items = await loadPlaces(place);
      setChildren((before) => ({ ...before, [key]: items }));
    } catch (error) {
      setFailure(error);
    }
  };
  const toggle = ({ place }: PlaceItem) => {
    const inside = idsBelow(place.id, children);
    const others = places.filter((one) => one.id !== place.id && !inside.has(one.id));
    onChange(chosen.has(place.id) ? others : [...others, place]);
  };
  const error = top.error ?? failure;
  return (
    <>
      {error ? <Alert type="error" showIcon title={errorText(error)} className={styles.gap} /> : null}
      {top.isPending ? <Skeleton active title={false} /> : null}
      <div className={styles.tree}>
        <Tree<PlaceItem>
          blockNode
          checkable
          checkStrictly
          selectable={false}
          treeData={(top.data ?? []).map((item) => itemOf(item, false))}
          loadData={load}
          loadedKeys={Object.keys(children)}
          checkedKeys={[...chosen]}
          onCheck={(_, { node }) => toggle(node)}
        />
      </div>
    </>
  );
}

async function loadPlaces(parent: ScopePlace | undefined): Promise<PlaceItem[]> {
  const query =
    parent === undefined ? {} : parent.level === 'community' ? { communityId: parent.id } : { buildingId: parent.id };
  const level = parent === undefined ? 'community' : below[parent.level as keyof typeof below];
  const { rows } = await call(listScopePlaces, { query });
  return rows.map(({ id, label, isWhole }) => ({
    key: id,
    title: label,
    isLeaf: level === 'house',
    // What one sees only a part of, one cannot give whole.
    disableCheckbox: !isWhole,
    place: { id, level, label: parent === undefined ? label : `${parent.label} ${label}` },
  }));
}

/** Everything loaded below a place. */
function idsBelow(id: string, children: Readonly<Record<string, PlaceItem[]>>): Set<string> {
  const inner = children[id] ?? [];
  return new Set(inner.flatMap((item) => [item.key, ...idsBelow(item.key, children)]));
}
