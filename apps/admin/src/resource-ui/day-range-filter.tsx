import { DatePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import { dayjs } from './chinese-calendar.ts';
import { type RangeFilterProps, rangeOf, withoutBlank } from './filter-range.ts';

/** From – to over days. An instant's last day is included to its end, in the zone of the person's computer. */
export default function DayRangeFilter({
  label,
  value,
  onChange,
  isInstant,
}: RangeFilterProps & { isInstant: boolean }) {
  const { from, to } = rangeOf(value);
  const write = (day: Dayjs | null | undefined, end: 'from' | 'to') => {
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
