import { expect, it } from 'vitest';
import { houseNames, searchKeyOf } from './house-name.ts';

it('calls a house by building, unit and number', () => {
  expect(houseNames('1栋', '1单元', '101')).toEqual({ fullName: '1栋1单元101', searchKey: '1-1-101' });
  expect(houseNames('3', '2', '1201').fullName).toBe('3栋2单元1201');
  expect(houseNames('A座', null, '1201').fullName).toBe('A座1201');
});

it('leaves a number alone that already says building and unit', () => {
  expect(houseNames('1栋', '1单元', '1-1-101')).toEqual({ fullName: '1-1-101', searchKey: '1-1-101' });
  expect(houseNames('2号楼', null, '2-301').fullName).toBe('2-301');
  expect(houseNames('2栋', '1单元', '1-1-101').fullName).toBe('2栋1单元1-1-101');
});

it('parts a shop’s number from the name of its building', () => {
  expect(houseNames('商铺', null, 'S058')).toEqual({ fullName: '商铺 S058', searchKey: '商铺-s058' });
  expect(houseNames('地下室', null, '12').fullName).toBe('地下室 12');
});

it('finds one place in every notation', () => {
  for (const text of ['3栋2单元1201', '3-2-1201', '３栋２单元１２０１室', '3号楼2单元1201', '3#2-1201', ' 3 2 1201 ']) {
    expect(searchKeyOf(text)).toBe('3-2-1201');
  }
});
