import { type MenuProblem, mostButtons, mostEntries, type OfficialMenuContent } from '@anlin/contract';
import styles from './official-account.module.css';

/** A button, or one of its entries. */
export interface MenuPlace {
  button: number;
  entry: number | null;
}

interface MenuPreviewProps {
  name: string;
  menu: OfficialMenuContent;
  problems: readonly MenuProblem[];
  place: MenuPlace | null;
  mayEdit: boolean;
  onChoose: (place: MenuPlace) => void;
  onAddButton: () => void;
  onAddEntry: (button: number) => void;
}

/** The conversation with the account as a phone shows it; touching a button chooses it for editing. */
export function MenuPreview(props: MenuPreviewProps) {
  const { name, menu, problems, place, mayEdit, onChoose, onAddButton, onAddEntry } = props;
  const isWrong = (button: number, entry: number | null) =>
    problems.some((one) => one.button === button && one.entry === entry);
  return (
    <section className={styles.phone} aria-label="手机预览">
      <div className={styles.phoneHead}>{name || '公众号'}</div>
      <div className={styles.phoneBody}>
        <span className="muted">点一下下面的菜单来编辑。住户要过几分钟才能看到新发布的菜单。</span>
      </div>
      <div className={styles.bar}>
        {menu.map((button, index) => {
          const isOpen = place?.button === index;
          const mayAdd = mayEdit && button.entries.length < mostEntries;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a button is its place.
            <div key={index} className={styles.slot}>
              {isOpen && (button.entries.length > 0 || mayAdd) ? (
                <div className={styles.entries}>
                  {button.entries.map((entry, at) => (
                    <button
                      // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                      key={at}
                      type="button"
                      className={styles.touch}
                      aria-pressed={place?.entry === at}
                      data-wrong={isWrong(index, at)}
                      onClick={() => onChoose({ button: index, entry: at })}
                    >
                      {entry.name || '未命名'}
                    </button>
                  ))}
                  {mayAdd ? (
                    <button
                      type="button"
                      className={styles.touch}
                      data-add="true"
                      aria-label="添加子菜单"
                      onClick={() => onAddEntry(index)}
                    >
                      ＋
                    </button>
                  ) : null}
                </div>
              ) : null}
              <button
                type="button"
                className={styles.touch}
                data-button="true"
                aria-pressed={isOpen && place?.entry === null}
                data-wrong={isWrong(index, null)}
                onClick={() => onChoose({ button: index, entry: null })}
              >
                {button.entries.length > 0 ? '≡ ' : ''}
                {button.name || '未命名'}
              </button>
            </div>
          );
        })}
        {mayEdit && menu.length < mostButtons ? (
          <div className={styles.slot}>
            <button
              type="button"
              className={styles.touch}
              data-button="true"
              data-add="true"
              aria-label="添加菜单"
              onClick={onAddButton}
            >
              ＋ {menu.length === 0 ? '添加菜单' : ''}
            </button>
          </div>
        ) : null}
      </div>
    </section>
  );
}
