import { areaList } from '@vant/area-data';
import { describe, expect, it } from 'vitest';
import { citiesOf, districtsOf, provincesOf } from './regions.ts';

describe('the list of provinces, cities and districts', () => {
  it('leads from a province over its cities to their districts, as they are today', () => {
    expect(provincesOf(areaList)).toHaveLength(34);
    expect(citiesOf(areaList, '浙江省')).toContain('杭州市');
    expect(districtsOf(areaList, '浙江省', '杭州市')).toEqual(expect.arrayContaining(['西湖区', '临平区', '钱塘区']));
    expect(districtsOf(areaList, '浙江省', '杭州市')).not.toContain('下城区');
  });

  it('takes a municipality for its own city, and a county without a city for a city', () => {
    expect(citiesOf(areaList, '北京市')).toEqual(['北京市']);
    expect(districtsOf(areaList, '北京市', '北京市')).toContain('海淀区');
    expect(districtsOf(areaList, '北京市', '杭州市')).toEqual([]);
    expect(districtsOf(areaList, '重庆市', '重庆市')).toEqual(expect.arrayContaining(['渝中区', '巫山县']));
    expect(citiesOf(areaList, '湖北省')).toEqual(expect.arrayContaining(['武汉市', '仙桃市']));
    expect(citiesOf(areaList, '湖北省').join()).not.toContain('直辖');
    expect(districtsOf(areaList, '湖北省', '仙桃市')).toEqual([]);
  });

  it('offers nothing below what somebody typed', () => {
    expect(citiesOf(areaList, '四川')).toEqual([]);
    expect(districtsOf(areaList, '', '')).toEqual([]);
  });
});
