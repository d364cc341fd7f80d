import { useMemo } from 'react';
import { type EstateNode, EstateTree, type ListState, withFilter } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';
import { estateLoader } from '../estate/estate-loader.ts';

interface PlaceTreeProps {
  state: ListState;
  setState: (state: ListState) => void;
}

const keys = { building: 'buildingId', unit: 'unitId', house: 'houseId' } as const;

/** Tree beside the people: a building, a unit or a house narrows the list (EST-11). */
export default function PlaceTree({ state, setState }: PlaceTreeProps) {
  const community = useCommunity();
  const loader = useMemo(() => estateLoader(community.id), [community.id]);
  const cleared = Object.values(keys).reduce((one, key) => withFilter(one, key, undefined), state);
  const choose = (node: EstateNode | undefined) => {
    if (node?.level === 'community') community.choose(node.id, { filter: undefined });
    else if (node) setState(withFilter(cleared, keys[node.level], [node.id]));
    else setState(cleared);
  };
  return <EstateTree key={loader.key} loader={loader} selected={selectedOf(state)} onSelect={choose} />;
}

/** The node whose people the list shows, where it is exactly one. */
function selectedOf({ filter }: ListState): EstateNode | undefined {
  for (const level of ['house', 'unit', 'building'] as const) {
    const ids = filter[keys[level]];
    if (Array.isArray(ids) && ids.length === 1) return { id: String(ids[0]), level, label: '', isLeaf: false };
  }
  return undefined;
}
