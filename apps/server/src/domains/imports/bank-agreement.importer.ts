import { accountNumber, type Field } from '@anlin/contract';
import { toHalfWidth } from '@anlin/spreadsheet';
import {
  type AgreementImport,
  accountDigits,
  importAgreements,
  isKnown,
  overlappingAgreements,
  readBankNames,
} from '../banking/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumn } from './field-column.ts';
import { findReferences } from './find-references.ts';
import type { Examination, ImportColumn, Importer, KeyedProblem, ReadyRow, RowFailure } from './importer.ts';

interface AgreementRow {
  house: string;
  bank: string;
  accountNumber: string;
  accountName: string;
  startsOn: string;
  lastDay: string | null;
  note: string | null;
}

const text = (label: string, maxLength: number, importTitles: readonly string[]): Field => ({
  kind: 'text',
  label,
  maxLength,
  importTitles,
});

const accountColumn: ImportColumn = {
  ...fieldColumn('accountNumber', text('账号', 60, ['银行账号', '银行卡号', '卡号', '代扣账号', '扣款账号']), {
    isRequired: true,
    hint: '8 至 32 位数字，请把单元格设为文本；加密保存，不会留在导入记录里',
    example: '6222020000000001234',
  }),
  isSecret: true,
  read(cell) {
    const number = toHalfWidth(cell.text).trim();
    // A number cell of Excel keeps fifteen digits: the rest of a card number is lost.
    if (cell.kind === 'number' && /e\+|\.|\d{16,}/i.test(number))
      return { isOk: false, message: '账号被 Excel 当作数字截断了，请把这一列设为文本后重新填写' };
    const parsed = accountNumber.safeParse(number);
    return parsed.success
      ? { isOk: true, value: accountDigits(number) }
      : { isOk: false, message: '账号应为 8 至 32 位数字，请改正' };
  },
};

const columns: readonly ImportColumn[] = [
  communityColumn,
  fieldColumn('house', text('房屋', 100, ['房号', '房屋名称', '房屋编号', '单元房号', '房间号']), {
    isRequired: true,
    hint: '房屋全名（如 1栋1单元101）或房号，须已存在',
    example: '1栋1单元101',
  }),
  fieldColumn('bank', text('银行', 40, ['银行模板', '开户银行', '代扣银行', '开户行']), {
    isRequired: true,
    hint: '“银行模板”里启用的模板名称',
    example: '竖线分隔（UTF-8，金额为元）',
  }),
  accountColumn,
  fieldColumn('accountName', text('户名', 60, ['账户名', '开户名', '账户名称', '姓名']), {
    isRequired: true,
    example: '张三',
  }),
  fieldColumn(
    'startsOn',
    { kind: 'day', label: '生效日期', importTitles: ['签约日期', '开始日期', '起始日期'] },
    { isRequired: true, example: '2026-01-01' },
  ),
  fieldColumn(
    'lastDay',
    { kind: 'day', label: '最后一天', importTitles: ['到期日期', '终止日期', '结束日期'] },
    { hint: '长期有效的不填', example: '' },
  ),
  fieldColumn('note', text('备注', 200, ['说明']), { example: '' }),
];

function problemsOf(row: AgreementRow): KeyedProblem[] {
  if (row.lastDay === null || row.lastDay >= row.startsOn) return [];
  return [{ key: 'lastDay', message: `最后一天 ${row.lastDay} 早于生效日期 ${row.startsOn}，请改正` }];
}

const endOf = (lastDay: string | null) =>
  lastDay === null ? null : Temporal.PlainDate.from(lastDay).add({ days: 1 }).toString();

/** Agreements of owners with their banks (CSH-10); numbers are sealed as they are written, and kept nowhere else. */
export const bankAgreementImporter: Importer<AgreementRow> = {
  kind: 'bankAgreement',
  columns,
  examine(target): Examination<AgreementRow> {
    const community = watchCommunity(target);
    return {
      complete(values) {
        const elsewhere = community.problemOf(values);
        const { community: _, ...rest } = values;
        const row = { lastDay: null, note: null, ...rest } as AgreementRow;
        const problems = [...problemsOf(row), ...(elsewhere ? [elsewhere] : [])];
        if (problems.length > 0) return { isOk: false, problems };
        const identity = JSON.stringify([row.house, row.startsOn]);
        return { isOk: true, row, identity, label: `${row.house} ${row.startsOn}`, identityKey: 'house' };
      },
      notices: () => community.notices(),
    };
  },
  async verify(ctx, target, rows) {
    const { ready, failures } = await lookUp(ctx, target.communityId, rows);
    const known = await overlappingAgreements(ctx, ready);
    return {
      failures,
      existing: ready.filter((row) => isKnown(known.get(row.houseId), row)).map((row) => row.rowNumber),
    };
  },
  async apply(ctx, target, rows, policy) {
    const { ready, failures } = await lookUp(ctx, target.communityId, rows);
    const { refusals, ...counts } = await importAgreements(ctx, target.communityId ?? '', ready, policy);
    return {
      ...counts,
      failures: [...failures, ...refusals.map(({ rowNumber, message }) => ({ row: rowNumber, key: 'house', message }))],
    };
  },
};

async function lookUp(
  ctx: Parameters<typeof findReferences>[0],
  communityId: string | null,
  rows: readonly ReadyRow<AgreementRow>[],
): Promise<{ ready: AgreementImport[]; failures: RowFailure[] }> {
  const houses = await findReferences(
    ctx,
    communityId,
    'house',
    rows.map(({ row }) => row.house),
  );
  const banks = await readBankNames(ctx);
  // Cells are read in half width; names are compared so.
  const byName = new Map([...banks].map(([name, bankId]) => [toHalfWidth(name), bankId]));
  const failures: RowFailure[] = [];
  const ready = rows.flatMap(({ number, row }): AgreementImport[] => {
    const houseId = houses.get(row.house);
    const bankTemplateId = byName.get(toHalfWidth(row.bank));
    if (houseId === undefined || houseId === 'several') {
      const why = houseId === 'several' ? '对应多套房屋，请写完整' : '没有找到，请核对，或先新增房屋再导入';
      failures.push({ row: number, key: 'house', message: `房屋“${row.house}”${why}` });
      return [];
    }
    if (bankTemplateId === undefined) {
      failures.push({
        row: number,
        key: 'bank',
        message: `没有启用的银行模板“${row.bank}”，可填：${[...banks.keys()].join('、')}`,
      });
      return [];
    }
    const { accountNumber: account, accountName, startsOn } = row;
    return [
      {
        rowNumber: number,
        houseId,
        bankTemplateId,
        accountNumber: account,
        accountName,
        startsOn,
        endsOn: endOf(row.lastDay),
        note: row.note ?? '',
      },
    ];
  });
  return { ready, failures };
}
