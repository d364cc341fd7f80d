import type { Field } from '@anlin/contract';
import { parseYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { type FundOpening, housesWithFund, importFundOpenings } from '../fund/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumn } from './field-column.ts';
import { findReferences } from './find-references.ts';
import type { Importer, ImportTarget, KeyedProblem, ReadyRow, RowFailure } from './importer.ts';
import { yuanOfCell } from './read-cell.ts';

interface OpeningRow {
  house: string;
  balance: string;
  firstDeposit: string | null;
}

const houseField: Field = {
  kind: 'text',
  label: '房屋',
  maxLength: 100,
  importTitles: ['房号', '房屋名称', '房屋编号', '单元房号', '房间号'],
};
const columns = [
  communityColumn,
  fieldColumn('house', houseField, {
    isRequired: true,
    hint: '房屋全名（如 1栋1单元101）或房号，须已存在并填写了建筑面积',
    example: '1栋1单元101',
  }),
  fieldColumn(
    'balance',
    { kind: 'money', label: '余额', importTitles: ['维修资金余额', '账户余额', '余额(元)'] },
    { isRequired: true, hint: '现在的余额，元，大于 0', example: '6895.00' },
  ),
  fieldColumn(
    'firstDeposit',
    { kind: 'money', label: '首期交存', importTitles: ['首期交存额', '首次交存', '应交金额'] },
    { hint: '首期交存的金额，用来判断是否应续交；不填按余额', example: '7880.00' },
  ),
];

const isAbove = (yuan: string) => /^\d{1,11}(\.\d{1,2})?$/.test(yuan) && parseYuan(yuan) > zeroFen;

async function lookUp(
  ctx: Context,
  target: ImportTarget,
  rows: readonly ReadyRow<OpeningRow>[],
): Promise<{ ready: FundOpening[]; failures: RowFailure[] }> {
  const houses = await findReferences(
    ctx,
    target.communityId,
    'house',
    rows.map(({ row }) => row.house),
  );
  const ready: FundOpening[] = [];
  const failures: RowFailure[] = [];
  for (const { number, row } of rows) {
    const houseId = houses.get(row.house);
    if (houseId === undefined || houseId === 'several') {
      const message = houseId ? `有几个房屋都叫“${row.house}”，请写全名` : `这个小区没有叫“${row.house}”的房屋，请核对`;
      failures.push({ row: number, key: 'house', message });
      continue;
    }
    const firstDepositFen = row.firstDeposit === null ? zeroFen : parseYuan(row.firstDeposit);
    ready.push({ rowNumber: number, houseId, balanceFen: parseYuan(row.balance), firstDepositFen });
  }
  return { ready, failures };
}

function communityOf({ communityId }: ImportTarget): string {
  if (communityId === null) throw new Error('opening balances are imported into a community');
  return communityId;
}

/** Opening balances of the maintenance fund (FIN-9). Money is only ever added: a house that has some stays as it is. */
export const fundOpeningImporter: Importer<OpeningRow> = {
  kind: 'fundAccount',
  columns,
  examine(target) {
    const community = watchCommunity(target);
    return {
      complete(values) {
        const row: OpeningRow = {
          house: String(values.house ?? ''),
          balance: yuanOfCell(values.balance) ?? '',
          firstDeposit: yuanOfCell(values.firstDeposit),
        };
        const problems: KeyedProblem[] = [];
        if (!isAbove(row.balance)) problems.push({ key: 'balance', message: '余额应大于 0，最多两位小数' });
        if (row.firstDeposit !== null && !isAbove(row.firstDeposit))
          problems.push({ key: 'firstDeposit', message: '首期交存应大于 0，最多两位小数；没有的不填' });
        const elsewhere = community.problemOf(values);
        if (elsewhere) problems.push(elsewhere);
        if (problems.length > 0) return { isOk: false, problems };
        const { house, balance, firstDeposit } = row;
        return {
          isOk: true,
          row: { house, balance, firstDeposit },
          identity: house,
          label: house,
          identityKey: 'house',
        };
      },
      notices: () => community.notices(),
    };
  },
  async verify(ctx, target, rows) {
    const { ready, failures } = await lookUp(ctx, target, rows);
    const known = await housesWithFund(ctx, communityOf(target));
    return { failures, existing: ready.filter((one) => known.has(one.houseId)).map((one) => one.rowNumber) };
  },
  async apply(ctx, target, rows, policy) {
    const { ready, failures } = await lookUp(ctx, target, rows);
    if (policy === 'updateOnly') {
      const message = '期初余额只能新增，不能更新，没有写入';
      return {
        added: 0,
        updated: 0,
        skipped: 0,
        failures: [...failures, ...ready.map(({ rowNumber }) => ({ row: rowNumber, key: 'balance', message }))],
      };
    }
    const place = { communityId: communityOf(target), importId: target.importId };
    const added = await importFundOpenings(ctx, place, ready);
    return { added, updated: 0, skipped: ready.length - added, failures };
  },
};
