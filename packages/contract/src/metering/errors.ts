import { defineErrors, raiser } from '../errors.ts';

export const meteringErrors = defineErrors({
  'meter.twoTargets': { status: 422, text: '一块表只能属于房屋或车位之一，请清空其中一个' },
  'meter.masterOfHouse': { status: 422, text: '总表不能属于某一户，请清空房屋和车位，或不勾选“是总表”' },
  'meter.parentNotMaster': { status: 422, text: '“{number}”不是总表，请先在那块表上勾选“是总表”' },
  'meter.parentCircle': { status: 422, text: '“{number}”在本表之后，不能又作本表的总表，请改选' },
  'meter.standardNotMetered': {
    status: 422,
    text: '收费标准“{name}”不按抄表用量计价，请改选，或新建数量来源为“抄表用量”的标准',
  },
  'meter.hasReadings': {
    status: 409,
    text: '仪表 {number} 已抄过表，{what}不能再改。表换了请用“换表”，抄错了请先修改抄表记录',
  },
  'meter.replacedStays': {
    status: 409,
    text: '状态“已更换”只由“换表”改变，不能手工改。请改选使用中或停用',
  },
  'meter.alreadyReplaced': { status: 409, text: '仪表 {number} 已经换过表，请在新表 {next} 上操作' },
  'meter.numberTaken': { status: 409, text: '本小区已有编号为 {number} 的仪表，请核对新表编号' },
  'meter.notYetRead': {
    status: 409,
    text: '仪表 {number} 换上后还没有抄过表，不能再次更换。请先录入它的读数',
  },
  'meter.closingLower': {
    status: 422,
    text: '旧表止度 {closing} 低于最近一次读数 {previous}。旧表若已满转请先录入满转后的读数，否则请核对',
  },
  'meterReading.replacedMeter': {
    status: 409,
    text: '仪表 {number} 已更换，它的抄表记录不能再改。请在新表上操作',
  },
  'meterReading.paid': {
    status: 409,
    text: '{number} {month} 的账单已收款，读数不能再改。请先撤销收款',
  },
  'meterReading.nextPaid': {
    status: 409,
    text: '{number} 后一期 {month} 的账单已收款，改这一期会使它的用量变化。请先撤销那张账单的收款',
  },
  'meterReading.nextLower': {
    status: 409,
    text: '这样改后，{number} 后一期 {month} 的读数会低于起度。请先改后一期，或核对本期读数',
  },
  'meterReading.twice': { status: 422, text: '同一块表一次只能有一条读数，请删去重复的' },
  'apportionment.noTargets': { status: 422, text: '所选范围内没有房屋，请检查楼宇、用途和标签的选择' },
  'apportionment.badWeights': {
    status: 422,
    text: '有 {count} 户不能分摊，没有生成账单。第一户：{target}（{reason}）。请补全后再分摊',
  },
  'apportionment.noWeight': { status: 422, text: '所有对象的分摊权重都是 0，无法分摊。请检查分摊方式和空置比例' },
  'apportionment.noTotal': { status: 422, text: '{reason}，本月没有可分摊的金额' },
  'apportionment.alreadyRun': {
    status: 409,
    text: '“{name}”{month} 已经分摊过，不能重复。要重做请先在历史中撤销那一次',
  },
  'apportionment.once': { status: 409, text: '“{name}”只分摊一次，已在 {month} 完成。要每月分摊请勾选“每月重复”' },
  'apportionment.totalChanged': {
    status: 409,
    text: '预览后数据有变化：合计原为 {expected} 元，现在是 {total} 元。请重新预览后再生成',
  },
  'apportionment.formulaWrong': { status: 422, text: '公式不对：{reason}。请改正' },
  'apportionment.hasRuns': { status: 409, text: '“{name}”已分摊过 {count} 次，不能删除。不再使用时取消“每月重复”即可' },
  'apportionment.runPaid': {
    status: 409,
    text: '这次分摊的账单已有 {count} 张收过款，不能撤销。请先撤销收款',
  },
  'apportionment.redoBlocked': {
    status: 409,
    text: '有 {count} 户的金额要变但不能变，没有重新分摊。第一户：{target}（{reason}）。请先撤销收款或减免、取消代扣，再重新分摊',
  },
  'apportionment.runVoided': { status: 409, text: '这次分摊已经撤销过' },
});

export const meteringFail = raiser(meteringErrors);
