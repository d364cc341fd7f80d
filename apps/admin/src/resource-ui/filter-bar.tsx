import type { Field } from '@anlin/contract';
import { DownOutlined, SearchOutlined, StarOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { type ReactNode, Suspense, useState } from 'react';
import { controlOf } from './field-controls.tsx';
import styles from './filter-bar.module.css';
import type { FilterValue, ListState } from './list-address.ts';
import { SavedFilters } from './saved-filters.tsx';
import { TextFilter } from './text-filter.tsx';

interface FilterBarProps {
  /** Name under which saved filters are remembered. */
  name: string;
  /** Fields that can be filtered, in order; those marked `isMainFilter` stay open. */
  fields: Readonly<Record<string, Field>>;
  state: Pick<ListState, 'filter' | 'q'>;
  /** Sets one filter, or takes it away with `undefined`. */
  onFilter: (key: string, value: FilterValue | undefined) => void;
  onSearch: (q: string) => void;
  /** Replaces all filters and the search at once: clearing them, or a saved set. */
  onReplace: (next: Pick<ListState, 'filter' | 'q'>) => void;
  /** What the search box finds: `房号、姓名`. Without it there is no box. */
  searchHint?: string | undefined;
  communityId?: string | undefined;
}

const openCount = 3;

/** The most used filters open, the rest folded behind “更多筛选”, the search box first, saved filters last. */
export function FilterBar(props: FilterBarProps) {
  const { name, fields, state, onFilter, onSearch, onReplace, searchHint, communityId } = props;
  const entries = Object.entries(fields);
  const main = entries.filter(([, field]) => field.isMainFilter).slice(0, openCount);
  const folded = entries.filter((entry) => !main.includes(entry));
  const foldedInUse = folded.filter(([key]) => key in state.filter).length;
  const [isOpen, setOpen] = useState(false);
  const isFiltered = state.q !== '' || Object.keys(state.filter).length > 0;
  const control = ([key, field]: [string, Field]) => {
    const Filter = controlOf(field).filter;
    return (
      <LabelledFilter key={key} label={field.label}>
        <Filter
          field={field}
          value={state.filter[key]}
          onChange={(value) => onFilter(key, value)}
          communityId={communityId}
        />
      </LabelledFilter>
    );
  };
  return (
    <search className={styles.bar} aria-label="筛选">
      <div className={styles.grid}>
        {searchHint === undefined ? null : (
          <div className={styles.search}>
            <TextFilter
              label={`搜索${searchHint}`}
              placeholder={`搜索${searchHint}`}
              prefix={<SearchOutlined />}
              text={state.q}
              onCommit={onSearch}
            />
          </div>
        )}
        {main.map(control)}
        {isOpen ? folded.map(control) : null}
      </div>
      <div className={styles.actions}>
        {folded.length === 0 ? null : (
          <Button
            type="text"
            aria-expanded={isOpen}
            icon={isOpen ? <UpOutlined /> : <DownOutlined />}
            iconPlacement="end"
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? '收起' : '更多筛选'}
            {!isOpen && foldedInUse > 0 ? <b className={styles.inUse}>{foldedInUse}</b> : null}
          </Button>
        )}
        <Button type="text" disabled={!isFiltered} onClick={() => onReplace({ filter: {}, q: '' })}>
          清空
        </Button>
        <SavedFilters name={name} state={state} onApply={onReplace} icon={<StarOutlined />} />
      </div>
    </search>
  );
}

function LabelledFilter({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.filter}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <div className={styles.control}>
        <Suspense fallback={<Skeleton.Input active block size="small" />}>{children}</Suspense>
      </div>
    </div>
  );
}
