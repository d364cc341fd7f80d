import { type EstateNode, EstateTree } from '../../resource-ui/index.ts';
import { communityTree } from '../charging/community-tree.ts';
import styles from './cashier.module.css';
import type { DeskTargetRef } from './desk-target.ts';

interface DeskTreeProps {
  communityId: string;
  target: DeskTargetRef | null;
  onChoose: (target: DeskTargetRef) => void;
}

/** Left of the desk: the community's buildings, units and houses; a house opens at the desk. */
export function DeskTree({ communityId, target, onChoose }: DeskTreeProps) {
  const selected: EstateNode | undefined =
    target?.kind === 'house' ? { id: target.id, level: 'house', label: '', isLeaf: true } : undefined;
  return (
    <nav className={styles.tree} aria-label="房屋树">
      <EstateTree
        key={communityId}
        loader={communityTree(communityId)}
        selected={selected}
        onSelect={(node) => {
          if (node?.level === 'house') onChoose({ kind: 'house', id: node.id });
        }}
      />
    </nav>
  );
}
