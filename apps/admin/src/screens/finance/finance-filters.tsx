import { SearchOutlined } from '@ant-design/icons';
import { Button, DatePicker, Select } from 'antd';
import type { ReactNode } from 'react';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { TextFilter } from '../../resource-ui/text-filter.tsx';
import { useAddress } from '../../shell/address.ts';
import styles from './finance.module.css';

/** The filters of a finance list live in the address under the names of the API, so that every figure can link to its rows. */
export function useFilterAddress(keys: readonly string[]) {
  const { search, change } = useAddress();
  const values = Object.fromEntries(keys.map((key) => [key, search[key]])) as Record<string, string | undefined>;
  const page = Math.max(1, Math.floor(Number(search.page)) || 1);
  const pageSize = [20, 50, 100, 200].includes(Number(search.pageSize)) ? Number(search.pageSize) : 50;
  return {
    search,
    values,
    page,
    pageSize,
    set: (patch: Readonly<Record<string, string | undefined>>) => change({ page: undefined, ...patch }),
    setPage: (next: number, size: number) => change({ page: String(next), pageSize: String(size) }),
    clear: () => change({ page: undefined, ...Object.fromEntries(keys.map((key) => [key, undefined])) }),
    isFiltered: keys.some((key) => search[key] !== undefined),
  };
}

export function FilterRow({ children, onClear }: { children: ReactNode; onClear?: (() => void) | undefined }) {
  return (
    <search className={styles.filters} aria-label="筛选">
      {children}
      {onClear ? (
        <Button type="text" onClick={onClear}>
          清空
        </Button>
      ) : null}
    </search>
  );
}

interface ChoiceFilterProps {
  label: string;
  value: string | undefined;
  options: readonly { id: string; name: string }[];
  width?: number;
  onChange: (value: string | undefined) => void;
}

export function ChoiceFilter({ label, value, options, width = 132, onChange }: ChoiceFilterProps) {
  return (
    <div className={styles.filter}>
      <span aria-hidden="true">{label}</span>
      <Select
        aria-label={label}
        style={{ width }}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder="全部"
        value={value ?? null}
        options={options.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(next: string | null | undefined) => onChange(next ?? undefined)}
      />
    </div>
  );
}

/** Fixed choices as `{ key: label }`. */
export const choicesOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([id, name]) => ({ id, name }));

interface RangeFilterProps {
  label: string;
  unit: 'day' | 'month';
  from: string | undefined;
  to: string | undefined;
  onChange: (from: string | undefined, to: string | undefined) => void;
}

export function RangeFilter({ label, unit, from, to, onChange }: RangeFilterProps) {
  const format = unit === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM';
  const day = (text: string | undefined) => (text ? dayjs(unit === 'day' ? text : `${text}-01`) : null);
  return (
    <div className={styles.filter}>
      <span aria-hidden="true">{label}</span>
      <DatePicker.RangePicker
        aria-label={label}
        style={{ width: unit === 'day' ? 236 : 190 }}
        picker={unit === 'day' ? 'date' : 'month'}
        allowEmpty={[true, true]}
        value={[day(from), day(to)]}
        presets={presets[unit]()}
        onChange={(range) => onChange(range?.[0]?.format(format), range?.[1]?.format(format))}
      />
    </div>
  );
}

interface YearFilterProps {
  unit: 'day' | 'month';
  from: string | undefined;
  to: string | undefined;
  onChange: (from: string | undefined, to: string | undefined) => void;
}

const yearsShown = 10;

/** A whole year in one choice; it sets the range beside it, and shows a year when the range is one. */
export function YearFilter({ unit, from, to, onChange }: YearFilterProps) {
  const [first, last] = unit === 'day' ? ['-01-01', '-12-31'] : ['-01', '-12'];
  const year = from?.slice(0, 4);
  const isWhole = year !== undefined && from === `${year}${first}` && to === `${year}${last}`;
  const newest = dayjs().year() + 1;
  return (
    <div className={styles.filter}>
      <span aria-hidden="true">年份</span>
      <Select
        aria-label="年份"
        style={{ width: 92 }}
        allowClear
        placeholder="不限"
        value={isWhole ? year : null}
        options={Array.from({ length: yearsShown + 1 }, (_, index) => String(newest - index)).map((one) => ({
          value: one,
          label: `${one} 年`,
        }))}
        onChange={(next: string | null | undefined) =>
          next ? onChange(`${next}${first}`, `${next}${last}`) : onChange(undefined, undefined)
        }
      />
    </div>
  );
}

const presets = {
  day: () => {
    const today = dayjs();
    const before = today.subtract(1, 'month');
    return [
      { label: '今天', value: [today, today] as [typeof today, typeof today] },
      { label: '本月', value: [today.startOf('month'), today.endOf('month')] as [typeof today, typeof today] },
      { label: '上月', value: [before.startOf('month'), before.endOf('month')] as [typeof today, typeof today] },
      { label: '本年', value: [today.startOf('year'), today.endOf('year')] as [typeof today, typeof today] },
    ];
  },
  month: () => {
    const now = dayjs();
    const year = now.subtract(1, 'year');
    return [
      { label: '本月', value: [now, now] as [typeof now, typeof now] },
      { label: '本年', value: [now.startOf('year'), now.endOf('year')] as [typeof now, typeof now] },
      { label: '上年', value: [year.startOf('year'), year.endOf('year')] as [typeof now, typeof now] },
    ];
  },
};

export function SearchFilter({ hint, text, onChange }: { hint: string; text: string; onChange: (q: string) => void }) {
  return (
    <div style={{ width: 200 }}>
      <TextFilter
        label={`搜索${hint}`}
        placeholder={`搜索${hint}`}
        prefix={<SearchOutlined />}
        text={text}
        onCommit={onChange}
      />
    </div>
  );
}
