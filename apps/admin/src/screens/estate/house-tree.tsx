import { useMemo } from 'react';
import { type EstateNode, EstateTree, type ListState, withFilter } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { estateLoader } from './estate-loader.ts';

interface HouseTreeProps {
  state: ListState;
  setState: (state: ListState) => void;
}

/** Tree beside the houses: a building or unit narrows the list, a house opens (EST-11). */
export default function HouseTree({ state, setState }: HouseTreeProps) {
  const community = useCommunity();
  const { change } = useAddress();
  const loader = useMemo(() => estateLoader(community.id), [community.id]);
  const cleared = withFilter(withFilter(state, 'buildingId', undefined), 'unitId', undefined);
  const choose = (node: EstateNode | undefined) => {
    if (node?.level === 'community') community.choose(node.id, { filter: undefined });
    else if (node?.level === 'building') setState(withFilter(cleared, 'buildingId', [node.id]));
    else if (node?.level === 'unit') setState(withFilter(cleared, 'unitId', [node.id]));
    else if (node?.level === 'house') change({ id: node.id });
    else setState(cleared);
  };
  return <EstateTree key={loader.key} loader={loader} selected={selectedOf(state)} onSelect={choose} />;
}

/** The node whose houses the list shows, where it is exactly one. */
function selectedOf({ filter }: ListState): EstateNode | undefined {
  const only = (key: string) => {
    const ids = filter[key];
    return Array.isArray(ids) && ids.length === 1 ? String(ids[0]) : undefined;
  };
  const unit = only('unitId');
  if (unit !== undefined) return { id: unit, level: 'unit', label: '', isLeaf: false };
  const building = only('buildingId');
  return building === undefined ? undefined : { id: building, level: 'building', label: '', isLeaf: false };
}
