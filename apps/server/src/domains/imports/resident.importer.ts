import {
  editResident,
  type Field,
  idCardOf,
  isWecomAddress,
  occupancyRoles,
  readIdCard,
  residentResource,
  sexes,
} from '@anlin/contract';
import { cleanText, toHalfWidth } from '@anlin/spreadsheet';
import type { Context } from '../../platform/context.ts';
import { houseNames } from '../estate/index.ts';
import { importResidents, type ResidentImportRow, verifyResidentImport } from '../residents/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumn, fieldColumns } from './field-column.ts';
import { findReferences } from './find-references.ts';
import { hideIdCards } from './hide-secrets.ts';
import type {
  CellValue,
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

const text = (label: string, maxLength: number, importTitles: readonly string[]): Field => ({
  kind: 'text',
  label,
  maxLength,
  importTitles,
});

const roleSynonyms = {
  owner: ['业主', '户主', '产权人', '房主', '本人'],
  family: ['家庭成员', '家属', '家人', '配偶', '子女', '父母'],
  tenant: ['租户', '承租人', '租客本人', '租赁'],
  nanny: ['家政', '阿姨', '月嫂'],
  driver: ['司乘'],
  employee: ['雇员', '职员'],
  renovator: ['装修工', '装修工人', '施工人员'],
  other: ['其它'],
};

/** Sealed before it is written; nothing of the file but its digits' first three and last four is kept or shown. */
const idCardColumn: ImportColumn = {
  ...fieldColumn('idCard', text('证件号', 40, ['身份证号', '身份证', '证件号码', '身份证号码', '公民身份号码']), {
    hint: '18 位居民身份证号，请把该列设为“文本”。加密保存；预览和失败的行里隐去中间各位',
    example: '11010519491231002X',
  }),
  isSecret: true,
  read(cell) {
    const number = idCardOf(toHalfWidth(cell.text).replace(/[-‐—]/g, ''));
    if (number === '' || number === '无') return { isOk: true, value: '' };
    if (number.includes('*')) {
      return { isOk: false, message: '证件号带 *，是隐去后的。请填写完整的号码，或清空这一格' };
    }
    if (/E\+/.test(number) || (cell.kind === 'number' && number.length > 15)) {
      return { isOk: false, message: '证件号被 Excel 变成了数字，末几位已丢失。请把该列设为“文本”后重新填写' };
    }
    if (readIdCard(number)) return { isOk: true, value: number };
    return { isOk: false, message: '这不是有效的 18 位居民身份证号（校验码、日期或位数不对），请核对，或清空这一格' };
  },
};

const idKindColumn: ImportColumn = {
  ...fieldColumn('idKind', text('证件类型', 20, ['证件种类', '证件名称']), {
    hint: '只登记居民身份证；其他证件请写在备注里，证件号留空',
    example: '身份证',
  }),
  read(cell) {
    const kind = cleanText(cell.text);
    if (kind === '' || /身份证/.test(kind)) return { isOk: true, value: kind };
    return { isOk: false, message: `证件只登记居民身份证，不能登记“${kind}”。请把它写在备注里，清空证件类型和证件号` };
  },
};

const phoneTitles = ['手机', '手机号码', '联系电话', '电话', '联系方式', '移动电话', '业主手机', '业主电话'];

const columns: readonly ImportColumn[] = [
  communityColumn,
  ...fieldColumns(residentResource, {
    name: { synonyms: ['业主姓名', '住户姓名', '业主', '住户', '名字', '户主', '客户名称'], example: '张三' },
    phone: {
      synonyms: phoneTitles,
      hint: '11 位手机号，或带区号的座机号；一个手机号一位住户，凭它认出已登记的人',
    },
    sex: { choices: { male: ['男性', '先生'], female: ['女性', '女士'] }, synonyms: ['住户性别'] },
    birthday: { synonyms: ['生日', '出生年月'], hint: '日期；填了身份证号的可不填', example: '' },
    employer: { synonyms: ['单位', '工作单位名称'] },
    ...Object.fromEntries(['wechat', 'email', 'pets', 'note'].map((key) => [key, { example: '' }])),
  }),
  idKindColumn,
  idCardColumn,
  fieldColumn(
    'wecomId',
    text('企业微信ID', 64, ['企业微信', '外部联系人ID', '企业微信外部联系人ID', 'external_userid']),
    {
      hint: '企业微信的外部联系人 ID（wm 或 wo 开头），催缴等通知发到那里；没有的留空',
      example: '',
    },
  ),
  fieldColumn('house', text('房屋', 120, ['房屋名称', '关联房屋', '房产', '住址', '房屋地址', '房间']), {
    hint: '完整房屋名称，如 1-1-101、1栋1单元101；分成楼宇、单元、房号三列的，这一列不用填',
    example: '1-1-101',
  }),
  fieldColumn('buildingName', text('楼宇', 40, ['楼宇名称', '楼栋', '楼号', '栋号', '幢号', '栋', '幢', '座']), {
    hint: '没有“房屋”一列时填写',
    example: '',
  }),
  fieldColumn('unitName', text('单元', 40, ['单元号', '单元名称', '梯']), { hint: '没有单元的留空', example: '' }),
  fieldColumn('number', text('房号', 40, ['房间号', '房屋编号', '室号', '门牌号']), {
    hint: '没有“房屋”一列时填写',
    example: '',
  }),
  fieldColumn(
    'role',
    { kind: 'choice', label: '身份', options: occupancyRoles, importTitles: ['住户身份', '角色', '住户类型', '关系'] },
    { choices: roleSynonyms, hint: `可填：${Object.values(occupancyRoles).join('、')}。不填按业主本人` },
  ),
  fieldColumn(
    'movedInOn',
    { kind: 'day', label: '迁入日期', importTitles: ['入住日期', '入住时间', '迁入时间', '登记日期'] },
    { hint: '日期；不填按导入当天' },
  ),
  fieldColumn(
    'validUntil',
    { kind: 'day', label: '有效期至', importTitles: ['有效期', '到期日期', '租期至', '截止日期'] },
    { hint: '最后一天可住的日期；不填为长期', example: '' },
  ),
];

/** A row with where it goes as the file says it; `houseId` once verified. */
export type ResidentRow = ResidentImportRow & { place: string; placeKey: string };

interface Known {
  name: string;
  phone: string;
  idCard: string;
  row: number;
}

/** Watches a file of people: one community, one name for each phone and id card. */
function examineResidents(target: ImportTarget): Examination<ResidentRow> {
  const community = watchCommunity(target);
  const byPhone = new Map<string, Known>();
  const byIdCard = new Map<string, Known>();

  function contradictions({ name, phone = '', idCard = '' }: ResidentImportRow): KeyedProblem[] {
    const samePhone = phone === '' ? undefined : byPhone.get(phone);
    const sameCard = idCard === '' ? undefined : byIdCard.get(idCard);
    if (samePhone && (samePhone.name !== name || (samePhone.idCard && idCard && samePhone.idCard !== idCard))) {
      const message = `与第 ${samePhone.row} 行“${samePhone.name}”的手机号相同，而姓名或证件号不同。一个手机号只能登记一个人，请核对`;
      return [{ key: 'phone', message }];
    }
    if (sameCard && (sameCard.name !== name || (sameCard.phone && phone && sameCard.phone !== phone))) {
      const message = `与第 ${sameCard.row} 行“${sameCard.name}”的证件号相同，而姓名或手机号不同。请核对`;
      return [{ key: 'idCard', message }];
    }
    return [];
  }

  function complete(values: RowValues, rowNumber: number): Completed<ResidentRow> {
    const { community: _, house, buildingName, unitName, number, idKind: __, ...rest } = values;
    const place = placeOf(house, buildingName, unitName, number);
    const placeKey = house ? 'house' : 'number';
    const row = { ...rest, name: String(values.name), place: place ?? '', placeKey } as ResidentRow;
    const card = row.idCard ? readIdCard(row.idCard) : null;
    const problems = [
      community.problemOf(values),
      place === null
        ? { key: 'house', message: '请填写房屋：写全称（如 1栋1单元101），或填楼宇、单元、房号' }
        : undefined,
      card && row.birthday && row.birthday !== card.birthday
        ? { key: 'birthday', message: `与身份证号上的出生日期不同，请核对` }
        : undefined,
      card && row.sex && row.sex !== card.sex
        ? { key: 'sex', message: `身份证号上是${sexes[card.sex]}，与本行不同，请核对` }
        : undefined,
      row.validUntil && row.movedInOn && row.validUntil < row.movedInOn
        ? { key: 'validUntil', message: '有效期早于迁入日期，请核对这两个日期' }
        : undefined,
      row.email && !editResident.body.shape.email.safeParse(row.email).success
        ? { key: 'email', message: `“${row.email}”应写成 name@example.com 的样子` }
        : undefined,
      row.wecomId && !isWecomAddress(row.wecomId)
        ? { key: 'wecomId', message: '企业微信 ID 是字母、数字和 _ . @ - ，如 wmAbCd…，请核对' }
        : undefined,
      ...strayIdCards(rest),
      ...contradictions(row),
    ].filter((one) => one !== undefined);
    if (problems.length > 0) return { isOk: false, problems };
    if (card) Object.assign(row, card);
    remember(row, rowNumber);
    const who = row.phone || row.idCard || row.name;
    return {
      isOk: true,
      row,
      identity: JSON.stringify([place, who]),
      label: `${row.name} ${place}`,
      identityKey: 'name',
    };
  }

  function remember({ name, phone = '', idCard = '' }: ResidentImportRow, row: number): void {
    const known = byPhone.get(phone) ?? byIdCard.get(idCard) ?? { name, phone, idCard, row };
    const whole = { ...known, phone: known.phone || phone, idCard: known.idCard || idCard };
    if (phone !== '') byPhone.set(phone, whole);
    if (idCard !== '') byIdCard.set(idCard, whole);
  }
  return { complete, notices: () => community.notices() };
}

/** An id card in any other column would be kept in clear. */
function strayIdCards(values: RowValues): KeyedProblem[] {
  return Object.entries(values).flatMap(([key, value]) =>
    key !== 'idCard' && typeof value === 'string' && hideIdCards(value) !== value
      ? [{ key, message: '这里有身份证号。请填在“证件号”一列，那里会加密保存' }]
      : [],
  );
}

/** The house as one text; null when the row names none. */
function placeOf(house?: CellValue, buildingName?: CellValue, unitName?: CellValue, number?: CellValue): string | null {
  if (house) return String(house);
  if (!number) return null;
  return buildingName
    ? houseNames(String(buildingName), unitName ? String(unitName) : null, String(number)).fullName
    : String(number);
}

/** Puts the ids of houses into the rows; says which rows name none. */
async function findHouses(
  ctx: Context,
  target: ImportTarget,
  rows: readonly ReadyRow<ResidentRow>[],
): Promise<RowFailure[]> {
  const found = await findReferences(
    ctx,
    target.communityId,
    'house',
    rows.map(({ row }) => row.place),
  );
  return rows.flatMap(({ number, row }) => {
    const id = found.get(row.place);
    if (id !== undefined && id !== 'several') {
      row.houseId = id;
      return [];
    }
    const message =
      id === 'several'
        ? `房屋“${row.place}”对应多条数据，请写完整，如“1栋1单元101”`
        : `没有找到房屋“${row.place}”，请核对，或先新增它再导入`;
    return [{ row: number, key: row.placeKey, message }];
  });
}

function placeOfTarget({ communityId, today }: ImportTarget) {
  if (communityId === null) throw new Error('residents are imported into a community');
  return { communityId, today };
}

/** People with their stays in houses that are there, out of one file (EST-7). */
export const residentImporter: Importer<ResidentRow> = {
  kind: 'resident',
  definition: residentResource,
  columns,
  examine: examineResidents,
  async verify(ctx, target, rows) {
    const missing = await findHouses(ctx, target, rows);
    const lost = new Set(missing.map((one) => one.row));
    const placed = rows.filter((one) => !lost.has(one.number));
    const { failures, existing } = await verifyResidentImport(ctx, placeOfTarget(target), placed);
    return { failures: [...missing, ...failures], existing };
  },
  apply: (ctx, target, rows, policy) => importResidents(ctx, { ...placeOfTarget(target), policy }, rows),
};
