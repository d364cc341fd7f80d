import { estateTree, searchEstate, type TreeNode } from '@anlin/contract';
import { call } from '../../api/api.ts';
import type { EstateLoader, EstateNode } from '../../resource-ui/index.ts';

const nodeOf = ({ kind, id, label, houseCount }: TreeNode): EstateNode => ({
  id,
  level: kind,
  label: kind === 'house' ? label : `${label}（${houseCount}）`,
  isLeaf: kind === 'house',
});

/** The tree of the estate, level by level, searched with the same box as everywhere (EST-11). It begins in `communityId`. */
export function estateLoader(communityId: string | undefined): EstateLoader {
  return {
    key: `estate:${communityId ?? 'all'}`,
    async children(parent) {
      const query = parent === undefined ? { communityId } : { [`${parent.level}Id`]: parent.id };
      return (await call(estateTree, { query })).nodes.map(nodeOf);
    },
    async search(text) {
      const { rows } = await call(searchEstate, { query: { q: text, communityId } });
      return rows
        .filter((row) => row.kind === 'house')
        .map((row) => ({
          id: row.id,
          level: 'house',
          label: communityId === undefined ? `${row.communityLabel} ${row.label}` : row.label,
          isLeaf: true,
        }));
    },
  };
}
