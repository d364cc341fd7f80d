import { estateTree } from '@anlin/contract';
import { call } from '../../api/api.ts';
import type { EstateLoader, EstateNode } from '../../resource-ui/index.ts';

/** The tree of one community, from its buildings down. */
export function communityTree(communityId: string): EstateLoader {
  return {
    key: `community ${communityId}`,
    async children(parent) {
      const query =
        parent === undefined
          ? { communityId }
          : parent.level === 'building'
            ? { buildingId: parent.id }
            : { unitId: parent.id };
      const { nodes } = await call(estateTree, { query });
      return nodes.map(
        (node): EstateNode => ({ id: node.id, level: node.kind, label: node.label, isLeaf: node.kind === 'house' }),
      );
    },
  };
}
