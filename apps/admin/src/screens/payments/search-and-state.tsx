import { Input, Select } from 'antd';
import { useAddress } from '../../shell/address.ts';
import styles from '../cashier/receipts.module.css';

/** The first two filters of a list of payments: words and a state, both kept in the address. Another filter starts at the first page. */
export function SearchAndState<State extends string>({
  placeholder,
  states,
  state,
}: {
  placeholder: string;
  /** Labels by state. */
  states: Readonly<Record<State, string>>;
  state: State | undefined;
}) {
  const { search, change } = useAddress();
  return (
    <>
      <Input.Search
        key={search.q}
        allowClear
        placeholder={placeholder}
        defaultValue={search.q}
        onSearch={(q) => change({ q: q.trim() || undefined, page: undefined })}
        className={styles.q ?? ''}
      />
      <Select
        aria-label="状态"
        allowClear
        placeholder="状态"
        style={{ width: 120 }}
        value={state}
        onChange={(value) => change({ state: value, page: undefined })}
        options={Object.entries<string>(states).map(([value, label]) => ({ value: value as State, label }))}
      />
    </>
  );
}
