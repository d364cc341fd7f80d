import { SearchOutlined } from '@ant-design/icons';
import { Input, Modal } from 'antd';
import { type KeyboardEvent, useId, useState } from 'react';
import { screens } from '../screens/index.tsx';
import { useSession } from '../session/session-context.ts';
import { useAddress } from './address.ts';
import { menuFor } from './navigation.tsx';
import styles from './shell.module.css';

/** Ctrl-K: type a part of a page's name, arrows to choose, Enter to go there. */
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
  const found = pages.filter((page) => matches(`${page.groupTitle}${page.title}${page.path}`, text));
  const current = found[Math.min(chosen, found.length - 1)];

  const open = (path: string) => {
    onClose();
    go(path, { community: search.community });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setChosen((Math.min(chosen, found.length - 1) + step + found.length) % found.length);
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && current) open(current.path);
  };

  return (
    <>
      <Input
        autoFocus
        size="large"
        prefix={<SearchOutlined />}
        placeholder="输入页面名称，回车打开"
        aria-label="跳到页面"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={current ? `${listId}-${current.path}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.paletteList} id={listId} role="listbox" aria-label="页面">
        {found.map((page) => (
          // The keyboard works from the input, as a combobox prescribes: the options themselves take no focus.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div
            key={page.path}
            id={`${listId}-${page.path}`}
            role="option"
            aria-selected={page === current}
            className={styles.paletteItem}
            onMouseMove={() => setChosen(found.indexOf(page))}
            onClick={() => open(page.path)}
          >
            {page.title}
            <span className={styles.paletteGroup}>{page.groupTitle}</span>
          </div>
        ))}
        {found.length === 0 ? <div className={styles.paletteEmpty}>没有名为“{text}”的页面</div> : null}
      </div>
    </>
  );
}

function matches(where: string, text: string): boolean {
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.toLowerCase().includes(word));
}
