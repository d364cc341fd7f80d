import { DatePicker, InputNumber, Space } from 'antd';
import dayjs from 'dayjs';
import { useRef } from 'react';
import type { FilterValue } from './list-address.ts';

interface RangeFilterProps {
  label: string;
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
}

interface Range {
  from?: string;
  to?: string;
}

export function rangeOf(value: FilterValue | undefined): Range {
  return typeof value === 'object' && !Array.isArray(value) && !('contains' in value) ? (value as Range) : {};
}

/**
 * From – to over numbers, both ends included, as decimal strings so that no digit is lost. Takes effect on Enter
 * or when the person leaves the box.
 */
export function NumberRangeFilter({ label, value, onChange, precision }: RangeFilterProps & { precision: number }) {
  const { from, to } = rangeOf(value);
  const typed = useRef<Range>({});
  const commit = () => onChange(withoutBlank({ from, to, ...typed.current }));
  const box = (end: 'from' | 'to', word: string, held: string | undefined) => (
    <InputNumber<string>
      // A filter changed elsewhere (cleared, a saved set) starts the box anew.
      key={`${end}${held ?? ''}`}
      stringMode
      precision={precision}
      controls={false}
      style={{ width: '50%' }}
      aria-label={`${label}，${word}`}
      placeholder={word}
      {...(held === undefined ? {} : { defaultValue: held })}
      onChange={(number) => {
        typed.current = { ...typed.current, [end]: number ?? '' };
      }}
      onBlur={commit}
      onPressEnter={commit}
    />
  );
  return (
    <Space.Compact block>
      {box('from', '从', from)}
      {box('to', '到', to)}
    </Space.Compact>
  );
}

/** From – to over days. An instant's last day is included to its end, in the zone of the person's computer. */
export function DayRangeFilter({ label, value, onChange, isInstant }: RangeFilterProps & { isInstant: boolean }) {
  const { from, to } = rangeOf(value);
  const write = (day: dayjs.Dayjs | null | undefined, end: 'from' | 'to') => {
    if (!day) return undefined;
    if (!isInstant) return day.format('YYYY-MM-DD');
    return (end === 'from' ? day.startOf('day') : day.endOf('day')).toISOString();
  };
  return (
    <DatePicker.RangePicker
      style={{ width: '100%' }}
      aria-label={label}
      allowEmpty={[true, true]}
      value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
      onChange={(days) => onChange(withoutBlank({ from: write(days?.[0], 'from'), to: write(days?.[1], 'to') }))}
    />
  );
}

function withoutBlank({ from, to }: { from?: string | undefined; to?: string | undefined }): Range | undefined {
  if (!from && !to) return undefined;
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}
