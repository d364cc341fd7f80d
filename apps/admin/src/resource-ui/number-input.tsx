import { InputNumber } from 'antd';

interface NumberInputProps {
  id?: string;
  /** A decimal string: no digit is lost on the way. */
  value?: string | null;
  onChange?: (value: string | null) => void;
  disabled?: boolean;
  /** Decimals kept; absent: as typed. */
  precision?: number;
  prefix?: string;
  suffix?: string | undefined;
}

/** An exact number, typed rather than stepped. */
export default function NumberInput(props: NumberInputProps) {
  return <InputNumber<string> {...props} stringMode controls={false} style={{ width: '100%' }} inputMode="decimal" />;
}
