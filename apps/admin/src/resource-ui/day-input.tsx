import { DatePicker } from 'antd';
import { dayjs } from './chinese-calendar.ts';

interface DayInputProps {
  id?: string;
  /** `2026-03-01` */
  value?: string | null;
  onChange?: (day: string | null) => void;
  disabled?: boolean;
}

/** A calendar day, as text on both sides. */
export default function DayInput({ value, onChange, ...rest }: DayInputProps) {
  return (
    <DatePicker
      {...rest}
      style={{ width: '100%' }}
      value={value ? dayjs(value) : null}
      onChange={(day) => onChange?.(day?.format('YYYY-MM-DD') ?? null)}
    />
  );
}
