import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';

/** What a formula may read of a charge target without anybody's own fields. `key` is stable; the name is what people type. */
export const formulaFacts = {
  builtArea: { name: '建筑面积', group: '房屋', help: '平方米' },
  innerArea: { name: '套内面积', group: '房屋', help: '平方米' },
  sharedArea: { name: '公摊面积', group: '房屋', help: '平方米' },
  floor: { name: '楼层', group: '房屋', help: '所在楼层，地下为负数' },
  rooms: { name: '室数', group: '房屋', help: '几室几厅的“室”' },
  rent: { name: '月租金', group: '房屋', help: '房屋档案中的月租金，元' },
  headcount: { name: '住户人数', group: '住户', help: '现在登记住在里面的人数' },
  parkingArea: { name: '车位面积', group: '车位', help: '平方米，绑定在车位上时可用' },
  parkingSpaceCount: { name: '车位数', group: '车位', help: '属于这套房屋的车位个数' },
  vehicleCount: { name: '车辆数', group: '车辆', help: '登记在这套房屋下的车辆数' },
  displacement: { name: '排量', group: '车辆', help: '升，绑定在车辆上时可用；写成 1598mL 的按 1.598 升' },
  houseVehicleCount: { name: '同户车辆数', group: '车辆', help: '绑定在车辆上时，它的主房屋名下的车辆数，含它自己' },
  usage: { name: '用量', group: '抄表', help: '本次抄表的用量；用了它，公式按每次抄表计费，不再乘月数' },
  usedBefore: { name: '本年已用', group: '抄表', help: '今年在本次之前的用量' },
  ownQuantity: { name: '绑定数量', group: '绑定', help: '绑定时填写的“单独数量”' },
  everyMonths: { name: '周期月数', group: '绑定', help: '收费周期是几个月' },
} as const;
export type FormulaFactKey = keyof typeof formulaFacts;

/** The price in force, or the binding's own. */
export const priceFact = { name: '单价', group: '绑定', help: '绑定的单独定价，没有则为当天有效的价格' } as const;

/** Functions of the language, with one line of help and what is put in when one is chosen. */
export const formulaFunctions = [
  { name: 'if', template: 'if(条件, 成立时, 否则)', help: '按条件取两个值之一，如 if(楼层 > 7, 20, 10)' },
  { name: 'min', template: 'min(甲, 乙)', help: '几个数中最小的' },
  { name: 'max', template: 'max(甲, 乙)', help: '几个数中最大的' },
  { name: 'round', template: 'round(数, 位数)', help: '四舍五入到几位小数，位数可省略' },
  { name: 'ceil', template: 'ceil(数, 位数)', help: '向上取到几位小数，位数可省略' },
  { name: 'floor', template: 'floor(数, 位数)', help: '向下取到几位小数，位数可省略' },
  {
    name: 'tier',
    template: 'tier(用量, [[12, 3.03], [null, 4.23]])',
    help: '阶梯计价：每档写上限和单价，最后一档上限写 null；第三个参数为之前已用',
  },
] as const;

/** Key of a fact read from a custom field. */
export const customFactKey = (fieldId: string) => `custom:${fieldId}`;

/** Key of the fact whether the target has a tag: 1 or 0. */
export const tagFactKey = (tagId: string) => `tag:${tagId}`;

/** The name of a custom field inside a formula: its label without what is no letter, digit or underscore. */
export function formulaNameOf(label: string): string {
  const name = label.replaceAll(/[^\p{L}\p{N}_]/gu, '');
  return /^\p{N}/u.test(name) ? `_${name}` : name;
}

export const formulaName = z.object({
  name: z.string(),
  key: z.string(),
  group: z.string(),
  help: z.string(),
});
export type FormulaName = z.infer<typeof formulaName>;

export const listFormulaNames = defineEndpoint({
  id: 'chargeStandard.formulaNames',
  method: 'GET',
  path: '/api/formula-names',
  access: 'chargeStandard.view',
  summary: '公式里可以用的名称：档案、绑定、抄表、标签和数字类型的自定义字段',
  tag: '收费标准',
  reply: z.object({ names: z.array(formulaName) }),
});
