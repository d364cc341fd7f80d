import { InputNumber, Space } from 'antd';
import { useRef } from 'react';
import { type Range, type RangeFilterProps, rangeOf, withoutBlank } from './filter-range.ts';

/**
 * From – to over numbers, both ends included, as decimal strings so that no digit is lost. Takes effect on Enter
 * or when the person leaves the box.
 */
export default function NumberRangeFilter({
  label,
  value,
  onChange,
  precision,
}: RangeFilterProps & { precision: number }) {
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
