import { type SearchHit, searchEstate } from '@anlin/contract';
import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Input, type InputRef, Spin } from 'antd';
import { type KeyboardEvent, type Ref, useEffect, useId, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import styles from './cashier.module.css';
import type { RecentTarget } from './desk-target.ts';

interface DeskSearchProps {
  ref: Ref<InputRef>;
  communityId: string | undefined;
  recent: readonly RecentTarget[];
  onChoose: (hit: RecentTarget) => void;
}

/** One box for everything a payer says: room, name, pinyin, phone tail. Arrows and Enter choose. */
export function DeskSearch({ ref, communityId, recent, onChoose }: DeskSearchProps) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const listId = useId();
  const q = useSettled(text.trim());
  const found = useQuery({
    queryKey: ['cashier', 'search', communityId, q],
    queryFn: () => call(searchEstate, { query: { q, communityId } }),
    enabled: q !== '',
  });
  const isTyped = text.trim() !== '';
  const hits = isTyped ? (q === text.trim() ? (found.data?.rows.map(recentOf) ?? []) : []) : [...recent];
  const isWaiting = isTyped && (q !== text.trim() || found.isFetching);
  const [isEnterWaiting, setEnterWaiting] = useState(false);

  const choose = (hit: RecentTarget | undefined) => {
    if (!hit) return;
    setText('');
    setOpen(false);
    setAt(0);
    setEnterWaiting(false);
    onChoose(hit);
  };
  // A quick hand presses Enter before the answer is there: the answer then chooses, if it is the only or first one.
  useEffect(() => {
    if (!isEnterWaiting || isWaiting) return;
    setEnterWaiting(false);
    choose(hits[0]);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (hits.length > 0) setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isWaiting) setEnterWaiting(true);
      else if (isTyped || isOpen) choose(hits[at]);
    } else if (event.key === 'Escape') setOpen(false);
  };

  return (
    <div className={styles.search}>
      <Input
        ref={ref}
        autoFocus
        size="large"
        prefix={<SearchOutlined />}
        suffix={isWaiting ? <Spin size="small" /> : <kbd className={styles.key}>F2</kbd>}
        placeholder="房号、姓名、拼音、电话尾号（4 位以上）、车牌、车位号"
        aria-label="查找房屋或住户"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        value={text}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setOpen(true);
          setEnterWaiting(false);
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen && (isTyped || hits.length > 0) ? (
        <div className={styles.hits} role="listbox" id={listId} aria-label={isTyped ? '查找结果' : '最近'}>
          {isTyped ? null : <div className={styles.hitsHead}>最近</div>}
          {hits.map((hit, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input holds the focus and its keys choose.
            <div
              key={hit.id}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={styles.hit}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(hit)}
              onMouseEnter={() => setAt(index)}
            >
              <b>{hit.kind === 'vehicle' ? `车辆 ${hit.label}` : hit.label}</b>
              <span className={styles.hitPeople}>{hit.people}</span>
              <span className="muted">{hit.communityLabel}</span>
            </div>
          ))}
          {isTyped && !isWaiting && hits.length === 0 ? (
            <div className={styles.hitsHead}>
              {found.error ? errorText(found.error) : '没有找到，请换房号、姓名或电话尾号再试，或检查右上角所选小区'}
            </div>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function recentOf(hit: SearchHit): RecentTarget {
  const { kind, id, label, communityLabel } = hit;
  const people = hit.people
    .slice(0, 3)
    .map(({ name, phoneMasked }) => `${name} ${phoneMasked}`.trim())
    .join('，');
  return { kind, id, label, communityLabel, people };
}

/** A value that has stood still for a moment, so that not every letter asks the server. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 120);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
