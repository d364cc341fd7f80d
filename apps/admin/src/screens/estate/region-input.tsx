import { useQuery } from '@tanstack/react-query';
import { AutoComplete, Form } from 'antd';
import { citiesOf, districtsOf, provincesOf, type Regions } from './regions.ts';

export type RegionLevel = 'province' | 'city' | 'district';

export interface RegionInputProps {
  level: RegionLevel;
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}

const nothing: Regions = { province_list: {}, city_list: {}, county_list: {} };
/** 33 kB that come when a form asks for an address. */
const loadRegions = async (): Promise<Regions> => (await import('@vant/area-data')).areaList;

/**
 * Province, city or district: each offers what lies in the one before it. The list lags behind new districts, so another
 * name may be typed. A choice that takes the place of another empties what lay in that one.
 */
export default function RegionInput({ level, id, value = '', onChange }: RegionInputProps) {
  const form = Form.useFormInstance();
  const province = String(Form.useWatch('province', form) ?? '');
  const city = String(Form.useWatch('city', form) ?? '');
  const { data: list = nothing } = useQuery({ queryKey: ['regions'], queryFn: loadRegions, staleTime: Infinity });
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
