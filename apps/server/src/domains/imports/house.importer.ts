import { type Field, houseResource } from '@anlin/contract';
import { cleanText } from '@anlin/spreadsheet';
import { type HouseImportRow, houseNames, importHouses, verifyHouseImport } from '../estate/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumn, fieldColumns } from './field-column.ts';
import type { Completed, Examination, ImportColumn, Importer, ImportTarget, RowValues } from './importer.ts';
import { isBlankMark } from './read-cell.ts';

const usageSynonyms = {
  residential: ['普通住宅', '住宅楼', '民用住宅', '住房'],
  highRise: ['高层住宅', '住宅高层', '高层建筑'],
  midRise: ['小高层住宅', '住宅小高层'],
  lowRise: ['多层住宅', '住宅多层', '洋房'],
  villa: ['住宅别墅', '联排', '联排别墅', '独栋别墅', '叠拼别墅'],
  shop: ['商业', '商店', '店铺', '门面', '底商', '铺面', '商业用房'],
  office: ['办公', '办公楼', '办公用房', '商务写字楼'],
  basement: ['地下'],
  storage: ['储物间', '储藏间', '杂物间'],
  advertising: ['广告'],
  other: ['其它', '公建', '公建配套'],
};

const statusSynonyms = {
  unsold: ['未出售', '待售'],
  unoccupied: ['未交房', '未收房'],
  ownerOccupied: ['业主自住', '自用', '已入住'],
  let: ['出租中', '租赁', '已出租'],
  vacant: ['空房', '空关', '闲置'],
  renovating: ['装修', '在装修'],
};

const text = (label: string, maxLength: number, importTitles: readonly string[]): Field => ({
  kind: 'text',
  label,
  maxLength,
  importTitles,
});

const unitColumn: ImportColumn = {
  ...fieldColumn('unitName', text('单元', 40, ['单元号', '单元名称', '梯']), {
    hint: '没有单元的（如商铺）留空或填 -',
    example: '1单元',
  }),
  read(cell) {
    const name = cleanText(cell.text);
    if (name === '' || isBlankMark(name)) return { isOk: true, value: null };
    return fieldColumn('unitName', text('单元', 40, [])).read(cell);
  },
};

const columns: readonly ImportColumn[] = [
  communityColumn,
  fieldColumn(
    'buildingName',
    text('楼宇', 40, ['楼宇名称', '楼栋', '楼号', '栋号', '幢号', '栋', '幢', '楼栋名称', '座']),
    {
      isRequired: true,
      hint: '楼宇名称，如 1栋；没有的会自动新建',
      example: '1栋',
    },
  ),
  unitColumn,
  ...fieldColumns(houseResource, {
    number: { example: '101' },
    usage: { choices: usageSynonyms, isRequired: false },
    status: { choices: statusSynonyms, isRequired: false },
    sortOrder: { isRequired: false },
  })
    .filter((column) => column.key !== 'buildingId' && column.key !== 'unitId')
    .map((column) => (column.key === 'usage' ? { ...column, hint: `${column.hint}。不填按住宅` } : column)),
  fieldColumn('ownerName', text('姓名', 40, ['业主姓名', '业主', '业主名称', '户主', '产权人', '客户名称']), {
    hint: '业主姓名；没有业主的留空',
    example: '张三',
  }),
  fieldColumn('ownerPhone', {
    kind: 'phone',
    label: '手机号',
    importTitles: ['业主手机', '业主电话', '联系电话', '手机', '手机号码', '电话', '联系方式'],
  }),
];

/** Watches a file of houses: one community, and one name for each phone. */
function examineHouses(target: ImportTarget): Examination<HouseImportRow> {
  const community = watchCommunity(target);
  const personOfPhone = new Map<string, { name: string; row: number }>();

  function complete(values: RowValues, rowNumber: number): Completed<HouseImportRow> {
    const { community: _, ...rest } = values;
    const row = { unitName: null, usage: null, ...rest } as unknown as HouseImportRow;
    const elsewhere = community.problemOf(values);
    const owner = ownerProblem(row);
    const problems = [elsewhere, owner].filter((one) => one !== undefined);
    if (problems.length > 0) return { isOk: false, problems };
    if (row.ownerPhone && row.ownerName) personOfPhone.set(row.ownerPhone, { name: row.ownerName, row: rowNumber });
    const { fullName } = houseNames(row.buildingName, row.unitName, row.number);
    const identity = JSON.stringify([row.buildingName, row.unitName, row.number]);
    return { isOk: true, row, identity, label: fullName, identityKey: 'number' };
  }

  function ownerProblem(row: HouseImportRow) {
    if (!row.ownerPhone) return undefined;
    if (!row.ownerName) return { key: 'ownerName', message: '填了手机号但没有姓名，请补上业主姓名，或删去手机号' };
    const known = personOfPhone.get(row.ownerPhone);
    if (!known || known.name === row.ownerName) return undefined;
    return {
      key: 'ownerPhone',
      message: `与第 ${known.row} 行“${known.name}”的手机号相同而姓名不同。一个手机号只能登记一个人，请核对`,
    };
  }
  return { complete, notices: () => community.notices() };
}

function communityOf(target: ImportTarget): string {
  if (target.communityId === null) throw new Error('houses are imported into a community');
  return target.communityId;
}

/** Houses with their buildings, units, owners and tags, out of one file (EST-4, 7, 9). */
export const houseImporter: Importer<HouseImportRow> = {
  kind: 'house',
  definition: houseResource,
  columns,
  examine: examineHouses,
  verify: (ctx, target, rows) => verifyHouseImport(ctx, communityOf(target), rows),
  apply: (ctx, target, rows, policy) =>
    importHouses(
      ctx,
      { importId: target.importId, communityId: communityOf(target), today: target.today, policy },
      rows,
    ),
};
