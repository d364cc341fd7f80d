import type { ResourceDefinition } from '@anlin/contract';
import { TagsOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { ResourcePageProps } from './resource-page.tsx';
import type { ListConditions } from './use-resource-list.ts';

const TagRowsDialog = lazy(() => import('./tag-rows-dialog.tsx'));

interface TagRowsButtonProps {
  definition: ResourceDefinition;
  /** Ticked rows, or everything the list shows. */
  chosen: { ids: readonly string[] } | { conditions: ListConditions };
  count: number;
  /** How they are counted: 套房屋. */
  noun: string;
  onDone?: () => void;
}

/** Opens the dialog that attaches or takes off tags on many rows at once (EST-9). */
export function TagRowsButton({ definition, chosen, count, noun, onDone }: TagRowsButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const isEverything = 'conditions' in chosen;
  return (
    <>
      <Button
        size="small"
        {...(isEverything ? { type: 'text' as const } : {})}
        icon={<TagsOutlined />}
        title={isEverything ? `给符合当前条件的全部${definition.label}贴上或取下标签` : undefined}
        onClick={() => setOpen(true)}
      >
        {isEverything ? '批量标签' : '设置标签'}
      </Button>
      <Suspense>
        {isOpen ? (
          <TagRowsDialog
            definition={definition}
            chosen={chosen}
            count={count}
            noun={noun}
            onClose={() => setOpen(false)}
            onDone={() => onDone?.()}
          />
        ) : null}
      </Suspense>
    </>
  );
}

/** Slots of a `ResourcePage` that tag ticked rows, and all rows that the filter shows. */
export function taggingOf(
  definition: ResourceDefinition,
  noun: string,
  isAllowed: boolean,
): Pick<ResourcePageProps, 'matchActions' | 'batchActions'> {
  if (!isAllowed) return {};
  return {
    matchActions: (conditions, total) =>
      total === 0 ? null : <TagRowsButton definition={definition} chosen={{ conditions }} count={total} noun={noun} />,
    batchActions: (rows, clear) => (
      <TagRowsButton
        definition={definition}
        chosen={{ ids: rows.map(({ id }) => id) }}
        count={rows.length}
        noun={noun}
        onDone={clear}
      />
    ),
  };
}
