import { anyTarget, chargeTargetKinds, type Field, targetKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type BindingImportRow, importBindings, judgeBindings } from '../charging/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumn } from './field-column.ts';
import { findReferences } from './find-references.ts';
import type { Completed, Examination, Importer, ImportTarget, ReadyRow, RowFailure, RowValues } from './importer.ts';

const text = (label: string, maxLength: number, importTitles: readonly string[]): Field => ({
  kind: 'text',
  label,
  maxLength,
  importTitles,
});

const amount = (label: string, importTitles: readonly string[]): Field => ({
  kind: 'decimal',
  label,
  scale: 6,
  min: 0,
  max: 1_000_000_000,
  importTitles,
});

const columns = [
  communityColumn,
  fieldColumn('house', text('房屋', 120, ['房屋名称', '关联房屋', '房号', '房间号', '房屋地址', '收费对象']), {
    hint: '完整房屋名称，如 1-1-101、1栋1单元101；绑定车位、车辆的行留空',
    example: '1-1-101',
  }),
  fieldColumn('parkingSpace', text('车位', 40, ['车位号', '车位编号', '关联车位']), {
    hint: '车位编号；绑定其他对象的行留空',
    example: '',
  }),
  fieldColumn('vehicle', text('车牌', 20, ['车牌号', '车牌号码', '关联车辆']), {
    hint: '车牌；绑定其他对象的行留空',
    example: '',
  }),
  fieldColumn('standard', text('收费标准', 60, ['标准名称', '收费标准名称']), {
    isRequired: true,
    hint: '须已在“收费标准”中',
    example: '住宅 2.80',
  }),
  fieldColumn('item', text('收费项目', 40, ['项目名称', '收费项目名称', '费用类型']), {
    hint: '几个收费项目有同名的标准时填写',
    example: '',
  }),
  fieldColumn(
    'startsOn',
    { kind: 'day', label: '开始日期', importTitles: ['开始时间', '计费开始日期', '起始日期'] },
    {
      isRequired: true,
      example: '2026-01-01',
    },
  ),
  fieldColumn(
    'lastDay',
    { kind: 'day', label: '结束日期', importTitles: ['结束时间', '计费结束日期', '截止日期'] },
    { hint: '收费的最后一天；不填为长期', example: '' },
  ),
  fieldColumn('ownPrice', amount('单价', ['单独定价', '自定义单价']), { hint: '不填按标准的价格', example: '' }),
  fieldColumn('ownQuantity', amount('数量', ['单独数量', '计费数量', '计费面积']), {
    hint: '不填按标准的数量来源',
    example: '',
  }),
  fieldColumn('ownAmount', amount('金额', ['单独金额', '每月金额', '月金额']), {
    hint: '元/月；标准是“绑定时填写金额”时必填',
    example: '',
  }),
  fieldColumn('note', text('备注', 500, ['备注说明']), { example: '' }),
];

type BindingRow = BindingImportRow & { place: string };

function examineBindings(target: ImportTarget): Examination<BindingRow> {
  const community = watchCommunity(target);
  function complete(values: RowValues): Completed<BindingRow> {
    const named = targetKind.options.flatMap((kind) => {
      const text = String(values[kind] ?? '');
      return text === '' ? [] : [{ kind, text }];
    });
    const [chosen = { kind: 'house' as const, text: '' }] = named;
    const [startsOn, lastDay] = [String(values.startsOn ?? ''), values.lastDay ? String(values.lastDay) : null];
    const problems = [
      community.problemOf(values),
      named.length === 1 ? undefined : { key: 'house', message: `请填写${anyTarget}，只填一个` },
      lastDay !== null && lastDay < startsOn
        ? { key: 'lastDay', message: '结束日期早于开始日期，请核对这两个日期' }
        : undefined,
    ].filter((one) => one !== undefined);
    if (problems.length > 0) return { isOk: false, problems };
    const place = chosen.text;
    const row: BindingRow = {
      place,
      target: chosen.kind === 'house' ? place : `${chargeTargetKinds[chosen.kind]} ${place}`,
      targetKind: chosen.kind,
      targetId: '',
      standard: String(values.standard),
      item: String(values.item ?? ''),
      startsOn,
      endsOn: lastDay === null ? null : Temporal.PlainDate.from(lastDay).add({ days: 1 }).toString(),
      ownPrice: numberOf(values.ownPrice),
      ownQuantity: numberOf(values.ownQuantity),
      ownAmount: numberOf(values.ownAmount),
      note: String(values.note ?? ''),
    };
    const identity = JSON.stringify([row.targetKind, place, row.standard, row.item, startsOn]);
    return { isOk: true, row, identity, label: `${row.target} ${row.standard}`, identityKey: placeKey(row) };
  }
  return { complete, notices: () => community.notices() };
}

const numberOf = (value: RowValues[string] | undefined) =>
  value === undefined || value === null || value === '' ? null : String(value);
const placeKey = (row: BindingRow) => row.targetKind;

/** Puts the ids of targets into the rows; says which rows name none. */
async function findTargets(
  ctx: Context,
  { communityId }: ImportTarget,
  rows: readonly ReadyRow<BindingRow>[],
): Promise<RowFailure[]> {
  const placesOf = (kind: BindingRow['targetKind']) =>
    rows.flatMap(({ row }) => (row.targetKind === kind ? [row.place] : []));
  const found = {
    house: await findReferences(ctx, communityId, 'house', placesOf('house')),
    parkingSpace: await findReferences(ctx, communityId, 'parkingSpace', placesOf('parkingSpace')),
    vehicle: await findReferences(ctx, communityId, 'vehicle', placesOf('vehicle')),
  };
  return rows.flatMap(({ number, row }) => {
    const id = found[row.targetKind].get(row.place);
    if (id !== undefined && id !== 'several') {
      row.targetId = id;
      return [];
    }
    const label = chargeTargetKinds[row.targetKind];
    const message =
      id === 'several'
        ? `${label}“${row.place}”对应多条数据，请写完整，如“1栋1单元101”`
        : `没有找到${label}“${row.place}”，请核对，或先新增它再导入`;
    return [{ row: number, key: placeKey(row), message }];
  });
}

function communityOf({ communityId }: ImportTarget): string {
  if (communityId === null) throw new Error('bindings are imported into a community');
  return communityId;
}

/** Which houses and parking spaces pay by which standard, out of one file (CHG-5). What is bound already is never changed. */
export const standardBindingImporter: Importer<BindingRow> = {
  kind: 'standardBinding',
  columns,
  examine: examineBindings,
  async verify(ctx, target, rows) {
    const missing = await findTargets(ctx, target, rows);
    const lost = new Set(missing.map((one) => one.row));
    const placed = rows.filter((one) => !lost.has(one.number));
    const { failures, existing } = await judgeBindings(ctx, communityOf(target), placed);
    return { failures: [...missing, ...failures], existing };
  },
  async apply(ctx, target, rows, policy) {
    const to = { communityId: communityOf(target), addsNew: policy !== 'updateOnly' };
    return { ...(await importBindings(ctx, to, rows)), updated: 0 };
  },
};
