import { type CataloguePage, type Permission, permissionCatalogue } from '@anlin/contract';
import { Checkbox, Tooltip } from 'antd';
import styles from './rights.module.css';

interface OperationTableProps {
  chosen: ReadonlySet<string>;
  isFixed: boolean;
  onChange: (chosen: ReadonlySet<Permission>) => void;
}

const catalogue = permissionCatalogue();

/** The catalogue by menu and page, a box for each operation. Ticking one also ticks viewing, without which it is of no use. */
export function OperationTable({ chosen, isFixed, onChange }: OperationTableProps) {
  const has = (permission: Permission) => chosen.has(permission);
  const set = (wanted: readonly Permission[], isOn: boolean) => {
    const next = new Set(chosen as ReadonlySet<Permission>);
    for (const permission of wanted) {
      if (isOn) next.add(permission);
      else next.delete(permission);
    }
    onChange(next);
  };
  const setOne = (page: CataloguePage, permission: Permission, isOn: boolean) => {
    const isView = permission === page.view;
    const along = isOn ? (page.view ? [page.view] : []) : isView ? page.operations.map((one) => one.permission) : [];
    set([...along, permission], isOn);
  };
  return (
    <table className={styles.operations}>
      <tbody>
        {catalogue.map(({ menu, pages }) =>
          pages.map((page, index) => {
            const all = page.operations.map((one) => one.permission);
            const count = all.filter(has).length;
            return (
              <tr key={page.page}>
                {index === 0 ? (
                  <th rowSpan={pages.length} scope="rowgroup">
                    {menu}
                  </th>
                ) : null}
                <td className={styles.pageName}>
                  <Checkbox
                    disabled={isFixed}
                    checked={count === all.length}
                    indeterminate={count > 0 && count < all.length}
                    onChange={(event) => set(all, event.target.checked)}
                  >
                    {page.page}
                  </Checkbox>
                </td>
                <td>
                  <div className={styles.boxes}>
                    {page.operations.map(({ permission, label, note }) => (
                      <Tooltip key={permission} title={note || undefined}>
                        <Checkbox
                          disabled={isFixed}
                          checked={has(permission)}
                          aria-label={`${page.page} ${label}`}
                          onChange={(event) => setOne(page, permission, event.target.checked)}
                        >
                          <span className={note ? styles.noted : undefined}>{label}</span>
                        </Checkbox>
                      </Tooltip>
                    ))}
                  </div>
                </td>
              </tr>
            );
          }),
        )}
      </tbody>
    </table>
  );
}
