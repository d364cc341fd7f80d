/** One division of the national list (GB/T 2260) with what lies in it: name and children, as the package shortens them. */
export interface Division {
  n: string;
  d?: readonly Division[];
}

const namesOf = (divisions: readonly Division[]) => divisions.map(({ n }) => n);
/** Places that only gather counties without a city: 湖北省-自治区直辖县级行政区划. */
const isGathering = ({ n }: Division) => n.includes('直辖县级');
/** Its divisions are districts at once: 北京市, 香港特别行政区. */
const isCityItself = ({ n, d = [] }: Division) => /(市|特别行政区)$/.test(n) && d.length > 0;

const find = (divisions: readonly Division[], name: string) => divisions.find(({ n }) => n === name);

export const provincesOf = (list: readonly Division[]): string[] => namesOf(list);

/** Cities of a province, with the counties that belong to none; a municipality is its own city. Empty for an unknown name. */
export function citiesOf(list: readonly Division[], province: string): string[] {
  const found = find(list, province);
  if (!found) return [];
  if (isCityItself(found)) return [found.n];
  return (found.d ?? []).flatMap((city) => (isGathering(city) ? namesOf(city.d ?? []) : [city.n]));
}

/** Districts and counties of a city; empty where it has none, as 东莞市, or is unknown. */
export function districtsOf(list: readonly Division[], province: string, city: string): string[] {
  const found = find(list, province);
  if (!found) return [];
  const place = isCityItself(found) ? (found.n === city ? found : undefined) : find(found.d ?? [], city);
  return namesOf(place?.d ?? []);
}
