import { chargeItemResource, houseResource, type ResourceRow, tagResource } from '@anlin/contract';
import { expect, test } from 'vitest';
import { createBody, findProblems, newValues, updateBody, valuesOf } from './form-values.ts';

const communityId = '0199a3c0-0000-7000-8000-000000000001';
const tagId = '0199a3c0-0000-7000-8000-000000000002';
const house: ResourceRow = {
  id: '0199a3c0-0000-7000-8000-000000000003',
  communityId,
  communityLabel: '幸福里',
  version: 4,
  createdAt: '2026-03-01T00:00:00Z',
  updatedAt: '2026-03-01T00:00:00Z',
  fullName: '1栋1单元101',
  buildingId: '0199a3c0-0000-7000-8000-000000000004',
  buildingIdLabel: '1栋',
  number: '101',
  usage: 'residential',
  status: 'ownerOccupied',
  builtArea: '89.50',
  floor: 1,
  sortOrder: 0,
  tags: [{ id: tagId, name: '学区房', color: 'blue' }],
  note: '',
};

test('a saved form that nobody touched changes nothing', () => {
  expect(updateBody(houseResource, house, valuesOf(houseResource, house))).toEqual({ version: 4 });
});

test('only what the person changed is sent, with the version that was read', () => {
  const values = { ...valuesOf(houseResource, house), builtArea: '90.00', floor: null, tags: [] };
  const body = updateBody(houseResource, house, values);
  expect(body).toEqual({ version: 4, builtArea: '90.00', floor: null, tags: [] });
  expect(findProblems(houseResource, body, 'update')).toEqual([]);
});

test('a new row sends every field, blanks as the contract wants them', () => {
  const body = createBody(tagResource, { ...newValues(tagResource), name: ' 老客户 ', color: 'blue' });
  expect(body).toEqual({ name: '老客户', color: 'blue', sortOrder: 0 });
  expect(findProblems(tagResource, body, 'create')).toEqual([]);
});

test('what is missing or wrong is named in Chinese at its field, each once', () => {
  const body = createBody(chargeItemResource, {
    ...newValues(chargeItemResource),
    name: '物业管理费',
    kind: 'periodic',
    precision: 'fen',
    rounding: 'halfUp',
    proration: 'actualDays',
    taxRate: '60',
    prorationDays: 99,
  });
  expect(findProblems(chargeItemResource, body, 'create')).toEqual([
    { path: 'prorationDays', message: '不足多少天不收不能大于 31' },
    { path: 'taxRate', message: '税率 %应在 0 到 13 之间' },
  ]);
  const house = createBody(houseResource, newValues(houseResource));
  expect(findProblems(houseResource, house, 'create').map(({ message }) => message)).toEqual([
    '请填写小区',
    '请填写楼宇',
    '请填写房号',
    '请填写房屋类型',
    '请填写房屋状态',
    '请填写建筑面积',
  ]);
});
