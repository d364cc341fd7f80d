import { departmentLevels, type Field, staffInput, staffResource } from '@anlin/contract';
import { cleanText } from '@anlin/spreadsheet';
import { importStaff, type StaffImportRow, verifyStaffImport } from '../organisation/index.ts';
import { fieldColumn, fieldColumns } from './field-column.ts';
import type { Completed, Examination, ImportColumn, Importer, KeyedProblem, RowValues } from './importer.ts';

const text = (label: string, maxLength: number, importTitles: readonly string[]): Field => ({
  kind: 'text',
  label,
  maxLength,
  importTitles,
});

const departmentsColumn: ImportColumn = {
  ...fieldColumn('departments', text('部门', 500, ['所属部门', '部门名称', '组织', '科室']), {
    hint: '上下级用“/”隔开，多个部门用逗号或顿号隔开，如 工程部/维修组',
    example: '工程部/维修组',
  }),
  read(cell) {
    const paths = cleanText(cell.text)
      .split(/[,，、;；\n]/)
      .map((path) =>
        path
          .split(/[/／\\>＞]/)
          .map((name) => name.trim())
          .filter((name) => name !== '')
          .join('/'),
      )
      .filter((path) => path !== '' && !/^[-—无]+$/.test(path));
    const long = paths.find((path) => path.split('/').some((name) => name.length > 40));
    if (long !== undefined) return { isOk: false, message: `部门“${long}”的名称太长，每级最多 40 个字` };
    const deep = paths.find((path) => path.split('/').length > departmentLevels);
    if (deep !== undefined) return { isOk: false, message: `部门“${deep}”超过 ${departmentLevels} 级` };
    return { isOk: true, value: paths };
  },
};

const columns: readonly ImportColumn[] = [
  ...fieldColumns(staffResource, {
    name: { synonyms: ['员工姓名', '名字', '人员姓名'], example: '高志强' },
    number: { example: 'A012' },
    phone: { synonyms: ['手机', '手机号码', '联系电话', '电话', '联系方式', '移动电话'], hint: '11 位手机号，登录用' },
    sex: { choices: { male: ['男性', '先生'], female: ['女性', '女士'] } },
  }).filter((column) => column.key !== 'departments' && column.key !== 'phone'),
  fieldColumn(
    'phone',
    { kind: 'phone', label: '手机号', importTitles: ['手机', '手机号码', '联系电话', '电话', '联系方式', '移动电话'] },
    { isRequired: true, hint: '11 位手机号，用来登录；一个手机号一位员工', example: '13800000000' },
  ),
  departmentsColumn,
  fieldColumn(
    'createsDepartments',
    { kind: 'boolean', label: '新建部门', importTitles: ['自动新建部门'] },
    { hint: '填“是”：没有的部门自动新建。不填：没有的部门算作错误', example: '是' },
  ),
  fieldColumn('initialPassword', text('初始密码', 100, ['登录密码', '密码']), {
    hint: '至少 8 位，含字母和数字，首次登录须修改。不填：导入后在“员工”中重置密码',
    example: '',
  }),
];

const mayBe = staffInput.shape;

/** Watches a file of staff: one person for a phone, one for a number. */
function examineStaff(): Examination<StaffImportRow> {
  const rowOfNumber = new Map<string, number>();
  return {
    complete(values: RowValues, rowNumber: number): Completed<StaffImportRow> {
      const row = { ...values, phone: String(values.phone), name: String(values.name) } as StaffImportRow;
      const problems = problemsOf(row);
      const known = row.number ? rowOfNumber.get(row.number) : undefined;
      if (known !== undefined) {
        problems.push({ key: 'number', message: `工号“${row.number}”与第 ${known} 行相同，请核对` });
      }
      if (problems.length > 0) return { isOk: false, problems };
      if (row.number) rowOfNumber.set(row.number, rowNumber);
      return { isOk: true, row, identity: row.phone, label: row.name, identityKey: 'phone' };
    },
    notices: () => [],
  };
}

function problemsOf({ phone, email, initialPassword }: StaffImportRow): KeyedProblem[] {
  const problems: KeyedProblem[] = [];
  if (!mayBe.phone.safeParse(phone).success) {
    problems.push({ key: 'phone', message: `“${phone}”不是 11 位手机号，请改正；员工用手机号登录` });
  }
  if (!mayBe.email.safeParse(email ?? '').success) {
    problems.push({ key: 'email', message: `邮箱“${email}”应写成 name@example.com 的样子` });
  }
  if (initialPassword && !/^(?=.*\p{L})(?=.*\d).{8,}$/u.test(initialPassword)) {
    problems.push({ key: 'initialPassword', message: '初始密码至少 8 位，须同时含字母和数字' });
  }
  return problems;
}

/** Staff with their departments and accounts, out of one file (PLT-4). */
export const staffImporter: Importer<StaffImportRow> = {
  kind: 'staff',
  columns,
  examine: examineStaff,
  verify: (ctx, _, rows) => verifyStaffImport(ctx, rows),
  apply: (ctx, _, rows, policy) => importStaff(ctx, rows, policy),
};
