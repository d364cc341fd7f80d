import { anyTarget, type Field, type ImportKindName, type TargetKind, targetKind } from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { importOpenings, type KnownOpening, listOpenings, type Opening, readClosedUntil } from '../cashier/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumn } from './field-column.ts';
import { findReferences } from './find-references.ts';
import type {
  Completed,
  Examination,
  ImportColumn,
  Importer,
  ImportTarget,
  KeyedProblem,
  ReadyRow,
  RowFailure,
  RowValues,
} from './importer.ts';
import { yuanOfCell } from './read-cell.ts';

/** A row of opening balances as the file says it. */
interface OpeningRow {
  target: string | null;
  item: string | null;
  amount: string;
  bonus: string | null;
  holderName: string | null;
  takenOn: string | null;
  note: string | null;
}

const text = (label: string, maxLength: number, importTitles: readonly string[]): Field => ({
  kind: 'text',
  label,
  maxLength,
  importTitles,
});

const targetTitles = [
  '房号',
  '房屋',
  '房屋名称',
  '房屋编号',
  '车位',
  '车位号',
  '单元房号',
  '房间号',
  '房屋/车位',
  '车牌',
  '车牌号',
];
const noteColumn = fieldColumn('note', text('备注', 150, ['说明', '摘要', '原收据号']));
const moneyColumn = (key: string, label: string, importTitles: readonly string[], change: object): ImportColumn =>
  fieldColumn(key, { kind: 'money', label, importTitles }, change);

const prepaidColumns: readonly ImportColumn[] = [
  communityColumn,
  fieldColumn('target', text('收费对象', 100, targetTitles), {
    isRequired: true,
    hint: '房屋全名（如 1栋1单元101）、房号、车位号或车牌，须已存在',
    example: '1栋1单元101',
  }),
  fieldColumn('item', text('专项', 60, ['收费项目', '预存项目', '费用项目', '预存类型']), {
    hint: '只抵某个收费项目的填项目名称；不填或填“通用”为通用预存',
    example: '物业管理费',
  }),
  moneyColumn('amount', '余额', ['预存余额', '预收余额', '余额(元)', '预存金额', '账户余额', '金额'], {
    isRequired: true,
    hint: '实缴的余额，元，大于 0',
    example: '1200.00',
  }),
  moneyColumn('bonus', '赠送余额', ['其中赠送', '赠送', '赠送金额'], {
    hint: '余额之外赠送的部分，没有的不填；最后使用，不能退',
    example: '40.00',
  }),
  noteColumn,
];

const depositColumns: readonly ImportColumn[] = [
  communityColumn,
  fieldColumn('target', text('收费对象', 100, targetTitles), {
    hint: '房屋全名、房号、车位号或车牌，须已存在；与这些都无关的不填，改填押金人',
    example: '1栋1单元101',
  }),
  fieldColumn('item', text('押金项目', 60, ['收费项目', '押金类型', '押金名称', '费用项目']), {
    isRequired: true,
    hint: '类型为押金的收费项目名称，须已存在',
    example: '装修押金',
  }),
  moneyColumn('amount', '押金金额', ['金额', '押金', '余额', '押金余额', '金额(元)'], {
    isRequired: true,
    hint: '现在还持有的金额，元，大于 0',
    example: '2000.00',
  }),
  fieldColumn(
    'takenOn',
    { kind: 'day', label: '收取日期', importTitles: ['收款日期', '缴纳日期', '日期'] },
    {
      isRequired: true,
      hint: '当初收取的日期，不能晚于今天',
    },
  ),
  fieldColumn('holderName', text('押金人', 60, ['缴款人', '付款人', '姓名', '交款人']), { example: '张三' }),
  noteColumn,
];

type Kind = 'prepaid' | 'deposit';

function examine(kind: Kind, target: ImportTarget): Examination<OpeningRow> {
  const community = watchCommunity(target);
  return {
    complete(values: RowValues): Completed<OpeningRow> {
      const { community: _, ...given } = values;
      // An empty cell reads as an empty text, and means the same as no such column.
      const rest: RowValues = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
      const row = {
        item: null,
        bonus: null,
        holderName: null,
        takenOn: null,
        note: null,
        target: null,
        ...rest,
        amount: yuanOfCell(rest.amount) ?? '',
        ...(rest.bonus === undefined ? {} : { bonus: yuanOfCell(rest.bonus) }),
      } as OpeningRow;
      const problems = problemsOf(kind, row, target.today);
      const elsewhere = community.problemOf(values);
      if (elsewhere) problems.push(elsewhere);
      if (problems.length > 0) return { isOk: false, problems };
      const item = kind === 'prepaid' && row.item === '通用' ? null : row.item;
      const parts =
        kind === 'prepaid' ? [row.target, item] : [row.target, item, row.amount, row.takenOn, row.holderName];
      const label = `${row.target ?? row.holderName ?? ''} ${item ?? '通用'}`;
      return {
        isOk: true,
        row: { ...row, item },
        identity: JSON.stringify(parts),
        label,
        identityKey: row.target === null ? 'item' : 'target',
      };
    },
    notices: () => community.notices(),
  };
}

function problemsOf(kind: Kind, row: OpeningRow, today: string): KeyedProblem[] {
  const problems: KeyedProblem[] = [];
  const check = (key: 'amount' | 'bonus', least: string) => {
    const yuan = row[key];
    if (yuan !== null && !isAbove(yuan, least === '大于 0'))
      problems.push({ key, message: `金额应${least}，最多两位小数。欠费不在这里导入，请改正` });
  };
  check('amount', '大于 0');
  check('bonus', '不小于 0');
  if (kind === 'deposit' && row.target === null && row.holderName === null)
    problems.push({ key: 'holderName', message: '收费对象与押金人至少填一项，否则不知道退给谁' });
  if (row.takenOn !== null && row.takenOn > today)
    problems.push({ key: 'takenOn', message: `收取日期 ${row.takenOn} 晚于今天（${today}），请改正` });
  return problems;
}

function isAbove(yuan: string, isStrict: boolean): boolean {
  if (!/^-?\d{1,11}(\.\d{1,2})?$/.test(yuan)) return false;
  const amountFen = parseYuan(yuan);
  return isStrict ? amountFen > zeroFen : amountFen >= zeroFen;
}

interface Found {
  ready: Opening[];
  failures: RowFailure[];
}

/** Looks up houses, parking spaces, vehicles and items; rows that name something else fail. */
async function lookUp(
  ctx: Context,
  kind: Kind,
  target: ImportTarget,
  rows: readonly ReadyRow<OpeningRow>[],
): Promise<Found> {
  const names = rows.flatMap(({ row }) => row.target ?? []);
  const houses = await findReferences(ctx, target.communityId, 'house', names);
  const spaces = await findReferences(ctx, target.communityId, 'parkingSpace', names);
  const vehicles = await findReferences(ctx, target.communityId, 'vehicle', names);
  const items = new Map(
    (
      await ctx.tx.rows<{ id: string; name: string; kind: string }>(
        sql`select id, name, kind from charge_item where company_id = ${ctx.companyId} and name = any (${rows.flatMap(({ row }) => row.item ?? [])}::text[])`,
      )
    ).map((item) => [item.name, item]),
  );
  const found: Found = { ready: [], failures: [] };
  for (const { number, row } of rows) {
    const fail = (key: string, message: string) => found.failures.push({ row: number, key, message });
    const item = row.item === null ? null : items.get(row.item);
    if (item === undefined) {
      fail('item', `没有名为“${row.item}”的收费项目，请先在“收费项目”中新增，或改正名称`);
      continue;
    }
    if (item && (item.kind === 'deposit') !== (kind === 'deposit')) {
      fail(
        'item',
        kind === 'deposit' ? `收费项目“${item.name}”不是押金类` : `收费项目“${item.name}”是押金类，请用押金导入`,
      );
      continue;
    }
    const place =
      row.target === null ? null : placeOf(row.target, { house: houses, parkingSpace: spaces, vehicle: vehicles });
    if (typeof place === 'string') {
      fail('target', place);
      continue;
    }
    found.ready.push({
      rowNumber: number,
      targetKind: place?.kind ?? null,
      targetId: place?.id ?? null,
      chargeItemId: item?.id ?? null,
      paidFen: parseYuan(row.amount),
      bonusFen: row.bonus === null ? zeroFen : parseYuan(row.bonus),
      holderName: row.holderName ?? '',
      takenOn: row.takenOn ?? target.today,
      note: row.note ?? '',
    });
  }
  return found;
}

type Place = { kind: TargetKind; id: string };
type FoundNames = Awaited<ReturnType<typeof findReferences>>;

/** The place a name stands for, or why there is none. */
function placeOf(name: string, found: Record<TargetKind, FoundNames>): Place | string {
  const places = targetKind.options.flatMap((kind) => {
    const id = found[kind].get(name);
    return id === undefined ? [] : [{ kind, id }];
  });
  const [first] = places;
  if (first === undefined) return `这个小区没有叫“${name}”的${anyTarget}，请核对`;
  if (places.length > 1 || first.id === 'several') return `有几个${anyTarget}都叫“${name}”，请写全名，如 1栋1单元101`;
  return first;
}

function communityOf(target: ImportTarget): string {
  if (target.communityId === null) throw new Error('opening balances are imported into a community');
  return target.communityId;
}

const keyOf = (kind: Kind, one: Opening | KnownOpening): string =>
  JSON.stringify(
    kind === 'prepaid'
      ? [one.targetId, one.chargeItemId]
      : [one.targetId, one.chargeItemId, one.holderName, one.takenOn, formatYuan(one.paidFen as Fen)],
  );

/** Opening balances of one kind. Money is only ever added: rows that are there already stay under every policy. */
function openingImporter(kind: Kind, name: ImportKindName, columns: readonly ImportColumn[]): Importer<OpeningRow> {
  const knownOf = async (ctx: Context, target: ImportTarget) =>
    new Set((await listOpenings(ctx, kind, communityOf(target))).map((one) => keyOf(kind, one)));
  return {
    kind: name,
    columns,
    examine: (target) => examine(kind, target),
    async verify(ctx, target, rows) {
      const { ready, failures } = await lookUp(ctx, kind, target, rows);
      const closed = await readClosedUntil(ctx, communityOf(target));
      const message = `账已结至 ${closed}，今天不能再记账，请在下一个未结账的日期导入`;
      if (closed !== null && closed >= target.today)
        return { failures: rows.map(({ number }) => ({ row: number, key: 'amount', message })), existing: [] };
      const known = await knownOf(ctx, target);
      const existing = ready.filter((one) => known.has(keyOf(kind, one))).map((one) => one.rowNumber);
      return { failures, existing };
    },
    async apply(ctx, target, rows, policy) {
      const { ready, failures } = await lookUp(ctx, kind, target, rows);
      const known = await knownOf(ctx, target);
      const isKnown = (one: Opening) => known.has(keyOf(kind, one));
      const fresh = policy === 'updateOnly' ? [] : ready.filter((one) => !isKnown(one));
      const missing = policy === 'updateOnly' ? ready.filter((one) => !isKnown(one)) : [];
      const place = { importId: target.importId, communityId: communityOf(target), today: target.today };
      const added = await importOpenings(ctx, kind, place, fresh);
      return {
        added,
        updated: 0,
        skipped: ready.length - missing.length - added,
        failures: [
          ...failures,
          ...missing.map((one) => ({ row: one.rowNumber, key: 'amount', message: '系统中没有这笔期初余额，没有写入' })),
        ],
      };
    },
  };
}

/** Prepaid balances and deposits of companies that come from another system (CSH-5, CSH-6, PLT-9). */
export const prepaidOpeningImporter = openingImporter('prepaid', 'prepaidAccount', prepaidColumns);
export const depositOpeningImporter = openingImporter('deposit', 'deposit', depositColumns);
