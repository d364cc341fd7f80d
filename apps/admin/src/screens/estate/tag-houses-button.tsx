import type { tagHouses } from '@anlin/contract';
import { TagsOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { call } from '../../api/api.ts';

const TagHousesDialog = lazy(() => import('./tag-houses-dialog.tsx'));

/** Which houses: ticked ones, or everything a list shows. */
export type ChosenHouses = Parameters<typeof call<typeof tagHouses>>[1]['body']['chosen'];

interface TagHousesButtonProps {
  chosen: ChosenHouses;
  houseCount: number;
  onDone?: () => void;
}

/** Opens the dialog that attaches or takes off tags on many houses at once (EST-9). */
export function TagHousesButton({ chosen, houseCount, onDone }: TagHousesButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const isEverything = 'list' in chosen;
  return (
    <>
      <Button
        size="small"
        {...(isEverything ? { type: 'text' as const } : {})}
        icon={<TagsOutlined />}
        title={isEverything ? '给符合当前条件的全部房屋贴上或取下标签' : undefined}
        onClick={() => setOpen(true)}
      >
        {isEverything ? '批量标签' : '设置标签'}
      </Button>
      <Suspense>
        {isOpen ? (
          <TagHousesDialog
            chosen={chosen}
            houseCount={houseCount}
            onClose={() => setOpen(false)}
            onDone={() => onDone?.()}
          />
        ) : null}
      </Suspense>
    </>
  );
}
