import { Switch } from 'antd';

interface BooleanInputProps {
  id?: string;
  value?: boolean;
  onChange?: (value: boolean) => void;
  disabled?: boolean;
}

export default function BooleanInput({ value, ...rest }: BooleanInputProps) {
  return <Switch {...rest} checked={value === true} checkedChildren="是" unCheckedChildren="否" />;
}
