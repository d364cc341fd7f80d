/** Chinese sentences for what `@anlin/formula` reports, in clients and server alike. Codes are those of the package. */

type Params = Readonly<Record<string, string>>;

const problems: Readonly<Record<string, (params: Params) => string>> = {
  empty: () => '请填写公式',
  tooLong: ({ limit }) => `公式太长，最多 ${limit} 个字`,
  tooDeep: ({ limit }) => `括号和函数套得太深，最多 ${limit} 层`,
  unexpectedCharacter: ({ character }) => `不认识的符号“${character}”`,
  unexpectedToken: ({ text, expected }) =>
    expected === undefined ? `“${text}”不该出现在这里` : `这里应为“${expected}”，却是“${text}”`,
  unexpectedEnd: ({ expected }) => (expected === undefined ? '公式没有写完' : `公式没有写完，缺少“${expected}”`),
  badNumber: ({ text }) => `“${text}”不是有效的数字`,
  unknownName: ({ name }) => `没有叫“${name}”的字段，请从列出的名称中选择`,
  unknownFunction: ({ name }) => `没有叫“${name}”的函数`,
  wrongArgumentCount: ({ name, least, most, count }) =>
    `${name} 需要 ${least === most ? least : `${least} 到 ${most}`} 个参数，写了 ${count} 个`,
  conditionExpected: () => '这里应为比较，如 楼层 > 7',
  numberExpected: () => '这里应为数字或算式',
  badTiers: () => '阶梯应写成 [[上限, 单价], …, [null, 单价]]，上限逐档增大',
  divisionByZero: () => '除数为 0',
  negativeUsage: ({ usage }) => `用量不能是负数（${usage}）`,
  outOfRange: () => '结果太大',
  missingValue: ({ name }) => `没有填写“${name}”，请先在档案中填写`,
  badValue: ({ name, value }) =>
    name === undefined ? '小数位数应为 0 到 10 的整数' : `“${name}”的值“${value ?? ''}”不是有效的数字`,
};

/** What is wrong with a formula, or went wrong when it ran. */
export function formulaProblemText(code: string, params: Params): string {
  return problems[code]?.(params) ?? `公式无法计算（${code}）`;
}

/** The same with the place people see: `第 5 个字：没有叫“面积”的字段…`. */
export function placedFormulaProblem(problem: { code: string; position: number; params: Params }): string {
  return `第 ${problem.position + 1} 个字：${formulaProblemText(problem.code, problem.params)}`;
}

const tierColumns: Readonly<Record<string, string>> = { upTo: '上限', perHead: '每人增加', price: '单价' };
const tierProblems: Readonly<Record<string, string>> = {
  count: '应有一到十档',
  falling: '应比上一档大',
  bad: '应为不小于 0 的数字',
};

/** What is wrong with a row of tiers, by the params of pricing's `badTiers`. */
export function tierProblemText({ row = '0', column = '', problem = '' }: Params): string {
  if (problem === 'ends') return '最后一档的上限应留空，否则超出部分没有价格';
  if (problem === 'endless') return `第 ${row} 档应填写上限，只有最后一档可以留空`;
  const what = tierProblems[problem] ?? '有误';
  if (row === '0') return column === 'freeHeads' ? '起算人数应为 0 到 9999 的整数' : what;
  if (problem === 'falling' && column === 'perHead') return `第 ${row} 档的每人增加不能比上一档小`;
  return `第 ${row} 档的${tierColumns[column] ?? ''}${what}`;
}
