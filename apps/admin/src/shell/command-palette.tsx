import { searchEstate } from '@anlin/contract';
import { SearchOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { call } from '../api/api.ts';
import { screens } from '../screens/index.tsx';
import { useSession } from '../session/session-context.ts';
import { useAddress } from './address.ts';
import { menuFor } from './navigation.tsx';
import styles from './shell.module.css';

/** Ctrl-K: type a part of a page's name, a room, a person or a plate; arrows to choose, Enter to go there (PLT-7). */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={560} title={null}>
      <PaletteBody onClose={onClose} />
    </Modal>
  );
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const { permissions } = useSession();
  const { search, go } = useAddress();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const pages = menuFor(screens, permissions).flatMap((section) =>
    section.screens.map((screen) => ({ ...screen, groupTitle: section.isSingle ? '' : section.title })),
  );
  const { places, isSearching } = usePlaces(text.trim(), permissions);
  const found: Destination[] = [
    ...pages
      .filter((page) => matches(`${page.groupTitle}${page.title}${page.path}`, text))
      .map((page) => ({
        key: page.path,
        path: page.path,
        title: page.title,
        beside: page.groupTitle,
        query: { community: search.community },
      })),
    ...places,
  ];
  const current = found[Math.min(chosen, found.length - 1)];

  const open = ({ path, query }: Pick<Destination, 'path' | 'query'>) => {
    onClose();
    go(path, query);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setChosen((Math.min(chosen, found.length - 1) + step + found.length) % found.length);
    }
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || !current) return;
    open((event.shiftKey ? current.desk : undefined) ?? current);
  };

  return (
    <>
      <Input
        autoFocus
        size="large"
        prefix={<SearchOutlined />}
        placeholder="页面名称、房号、姓名、拼音首字母、电话后四位、车牌"
        aria-label="跳到页面、房屋或住户"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={current ? `${listId}-${current.key}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.paletteList} id={listId} role="listbox" aria-label="页面、房屋和住户">
        {found.map((one) => (
          // The keyboard works from the input, as a combobox prescribes: the options themselves take no focus.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div
            key={one.key}
            id={`${listId}-${one.key}`}
            role="option"
            aria-selected={one === current}
            className={styles.paletteItem}
            onMouseMove={() => setChosen(found.indexOf(one))}
            onClick={() => open(one)}
          >
            {one.title}
            <span className={styles.paletteBeside}>
              <span>{one.beside}</span>
              {one.desk ? (
                <Button
                  size="small"
                  tabIndex={-1}
                  onClick={(event) => {
                    event.stopPropagation();
                    if (one.desk) open(one.desk);
                  }}
                >
                  收款
                </Button>
              ) : null}
            </span>
          </div>
        ))}
        {found.length === 0 ? (
          <div className={styles.paletteEmpty}>{isSearching ? '正在查找…' : `没有找到“${text.trim()}”`}</div>
        ) : null}
      </div>
      <p className={styles.paletteHint}>
        ↑ ↓ 选择，回车打开{current?.desk ? '，Shift + 回车去收银台收款' : ''}；输入两个字以上可查房屋和住户
      </p>
    </>
  );
}

interface Destination {
  key: string;
  path: string;
  title: string;
  /** What tells it from others of the same name: its part of the menu, its community and people. */
  beside: string;
  query: Readonly<Record<string, string | undefined>>;
  /** Where its money is taken, for those who may. */
  desk?: { path: string; query: Readonly<Record<string, string | undefined>> } | undefined;
}

const placePages = {
  house: '/estate/houses',
  parkingSpace: '/estate/parking-spaces',
  vehicle: '/estate/vehicles',
} as const;

/** Houses, parking spaces and vehicles by room, people, phone or plate, from the second character on (EST-11). */
function usePlaces(text: string, permissions: readonly string[]): { places: Destination[]; isSearching: boolean } {
  const isAllowed = permissions.includes('house.view');
  const mayCollect = permissions.includes('cashier.view');
  const q = useDeferredValue(text);
  const { data, isFetching } = useQuery({
    queryKey: ['estate', 'search', q],
    queryFn: ({ signal }) => call(searchEstate, { query: { q }, signal }),
    enabled: isAllowed && q.length >= 2,
    placeholderData: keepPreviousData,
  });
  if (!isAllowed || q.length < 2) return { places: [], isSearching: isAllowed && text.length >= 2 };
  const places = (data?.rows ?? []).map((row) => ({
    key: row.id,
    path: placePages[row.kind],
    title: row.label,
    beside: [
      row.communityLabel,
      row.people.map(({ name }) => name).join('、'),
      row.matched === 'plate' ? row.matchedText : '',
    ]
      .filter(Boolean)
      .join(' · '),
    query: { community: row.communityId, id: row.id },
    desk: mayCollect
      ? { path: '/cashier/desk', query: { community: row.communityId, desk: `${row.kind}:${row.id}` } }
      : undefined,
  }));
  return { places, isSearching: isFetching };
}

function matches(where: string, text: string): boolean {
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.toLowerCase().includes(word));
}
