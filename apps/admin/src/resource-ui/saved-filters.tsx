import { parseFilter } from '@anlin/contract';
import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Popover, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import { usePersonMemory } from '../memory/use-person-memory.ts';
import type { ListState } from './list-address.ts';
import styles from './saved-filters.module.css';

type Conditions = Pick<ListState, 'filter' | 'q'>;

interface SavedFilter extends Conditions {
  name: string;
}

interface SavedFiltersProps {
  name: string;
  state: Conditions;
  onApply: (conditions: Conditions) => void;
  icon: ReactNode;
}

/** Filters a person uses often, kept under a name of their own. The same name again replaces the old one. */
export function SavedFilters({ name, state, onApply, icon }: SavedFiltersProps) {
  const [saved, setSaved] = usePersonMemory(`filters.${name}`, readSavedFilters);
  const [isOpen, setOpen] = useState(false);
  const [newName, setNewName] = useState('');
  const isFiltered = state.q !== '' || Object.keys(state.filter).length > 0;
  const save = () => {
    const title = newName.trim();
    if (title === '') return;
    setSaved([...saved.filter((one) => one.name !== title), { name: title, filter: state.filter, q: state.q }]);
    setNewName('');
  };
  const apply = ({ filter, q }: SavedFilter) => {
    onApply({ filter, q });
    setOpen(false);
  };
  const content = (
    <div className={styles.panel}>
      {saved.length === 0 ? <p className="muted">设好筛选条件后，在下面起个名字存起来，下次一点就用。</p> : null}
      <ul className={styles.list}>
        {saved.map((one) => (
          <li key={one.name} className={styles.row}>
            <Button type="text" block className={styles.apply ?? ''} onClick={() => apply(one)}>
              {one.name}
            </Button>
            <Button
              type="text"
              size="small"
              aria-label={`删除常用筛选“${one.name}”`}
              icon={<DeleteOutlined />}
              onClick={() => setSaved(saved.filter((other) => other !== one))}
            />
          </li>
        ))}
      </ul>
      <Space.Compact block className={styles.save ?? ''}>
        <Input
          placeholder={isFiltered ? '给当前筛选起个名字' : '先设好筛选条件'}
          aria-label="常用筛选的名字"
          maxLength={20}
          disabled={!isFiltered}
          value={newName}
          onChange={(event) => setNewName(event.target.value)}
          onPressEnter={save}
        />
        <Button disabled={!isFiltered || newName.trim() === ''} onClick={save}>
          保存
        </Button>
      </Space.Compact>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight" open={isOpen} onOpenChange={setOpen}>
      <Button type="text" icon={icon}>
        常用筛选
      </Button>
    </Popover>
  );
}

function readSavedFilters(stored: unknown): SavedFilter[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one: Partial<Record<keyof SavedFilter, unknown>> | null) => {
    const filter = parseFilter(JSON.stringify(one?.filter ?? {}));
    if (typeof one?.name !== 'string' || typeof one.q !== 'string' || filter === null) return [];
    return [{ name: one.name, q: one.q, filter }];
  });
}
