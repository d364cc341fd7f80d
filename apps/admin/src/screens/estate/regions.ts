/** The national list of divisions (GB/T 2260) as the package holds it: names by six-digit code, of which two are the province and four the city. */
export interface Regions {
  province_list: Readonly<Record<string, string>>;
  city_list: Readonly<Record<string, string>>;
  county_list: Readonly<Record<string, string>>;
}

/** Entries that only gather counties without a city: 省直辖县, 自治区直辖县级行政区划, and 县 of 重庆市. */
const isGathering = (name: string) => /直辖县|^县$/.test(name);
/** 北京市: its districts belong to no city but itself. */
const isMunicipality = (province: string) => province.endsWith('市');

const codeOf = (list: Readonly<Record<string, string>>, name: string, prefix = '') =>
  Object.keys(list).find((code) => list[code] === name && code.startsWith(prefix));
const within = (list: Readonly<Record<string, string>>, prefix: string) =>
  Object.entries(list).filter(([code]) => code.startsWith(prefix));
const countiesIn = (regions: Regions, prefix: string) => within(regions.county_list, prefix).map(([, name]) => name);

export const provincesOf = ({ province_list: list }: Regions): string[] => Object.values(list);

/** Cities of a province, with the counties that belong to none; a municipality is its own city. Empty for an unknown name. */
export function citiesOf(regions: Regions, province: string): string[] {
  const code = codeOf(regions.province_list, province)?.slice(0, 2);
  if (code === undefined) return [];
  if (isMunicipality(province)) return [province];
  return within(regions.city_list, code).flatMap(([city, name]) =>
    isGathering(name) ? countiesIn(regions, city.slice(0, 4)) : [name],
  );
}

/** Districts, counties or, where a city has none, its towns; empty for an unknown name. */
export function districtsOf(regions: Regions, province: string, city: string): string[] {
  const code = codeOf(regions.province_list, province)?.slice(0, 2);
  if (code === undefined) return [];
  if (isMunicipality(province)) return city === province ? countiesIn(regions, code) : [];
  const own = codeOf(regions.city_list, city, code);
  return own === undefined ? [] : countiesIn(regions, own.slice(0, 4));
}
