import { defineErrors, raiser } from '../errors.ts';

export const chargingErrors = defineErrors({
  'chargeItem.minimumDaysMissing': {
    status: 422,
    text: '“不足 N 天不收”须填写天数（1 到 31），请填写“不足多少天不收”',
  },
  'chargeItem.minimumDaysUnused': {
    status: 422,
    text: '只有“不足 N 天不收”才填写天数，请清空“不足多少天不收”，或改选该计费方式',
  },
  'chargeStandard.fixedHasNoQuantity': {
    status: 422,
    text: '{method}不按数量计算，数量来源请选“1（按户或个）”；要按面积计算请改选“单价 × 数量”',
  },
  'chargeItem.taxRate': { status: 422, text: '税率应为 0、1、3、5、6、9 或 13，请改正' },
  'chargeItem.raiseMonths': { status: 422, text: '按月提前或推后生成时最多 12 个月，请改小或改按天' },
  'chargeItem.twoLateFeeRates': {
    status: 422,
    text: '违约金日费率和月费率只能填一个，请清空其中一个',
  },
  'chargeItem.boundElsewhere': {
    status: 409,
    text: '“{item}”在{community}已有 {count} 个绑定，不能把这个小区移出适用范围。请先结束或删除那里的绑定',
  },
  'chargeItem.notInCommunity': {
    status: 422,
    text: '收费项目“{item}”不适用于{community}。请在收费项目的“适用小区”中加上它，或改选其他项目',
  },
  'chargeStandard.priceMissing': { status: 422, text: '请填写价格' },
  'chargeStandard.priceUnused': {
    status: 422,
    text: '“{method}”没有统一的价格，请清空价格',
  },
  'chargeStandard.methodNeedsPrice': {
    status: 409,
    text: '这个标准还没有价格，不能改为“{method}”。请新建一个标准',
  },
  'chargeStandard.formulaMissing': { status: 422, text: '请填写公式' },
  'chargeStandard.badFormula': { status: 422, text: '公式有误：{problem}' },
  'chargeStandard.ruleDateUnused': {
    status: 422,
    text: '只有公式或阶梯改了才能填“从哪天起”，现在没有变化。请改公式或阶梯，或清空日期',
  },
  'chargeStandard.ruleDateTooEarly': {
    status: 409,
    text: '已有从 {day} 起的{what}，新的须从更晚的日子起。改正它请清空日期，日期写错请先撤回它',
  },
  'chargeStandard.nameMeansOther': {
    status: 409,
    text: '公式里的“{name}”在 {day} 之前的公式里指另一个自定义字段，一张账单不能两种意思。请先改字段名称',
  },
  'chargeStandard.ruleMeterMixed': {
    status: 409,
    text: '{day} 之前的公式与新公式一个按抄表用量、一个不按，不能前后相接。请新建一个标准',
  },
  'chargeStandard.noDatedRule': { status: 409, text: '这个标准没有从某天起的公式或阶梯，没有可撤回的，请刷新页面' },
  'chargeStandard.ruleRaised': {
    status: 409,
    text: '{day} 以后已有 {count} 张账单，{what}不能撤回。请从新的日期起改{what}',
  },
  'chargeStandard.tiersMissing': { status: 422, text: '请填写阶梯' },
  'chargeStandard.badTiers': { status: 422, text: '阶梯有误：{problem}' },
  'chargeStandard.quantityFieldMissing': { status: 422, text: '请选择作为数量的自定义字段' },
  'chargeStandard.quantityFieldNotNumeric': {
    status: 422,
    text: '“{field}”不是房屋、车位或车辆的数字字段，不能作为数量。请选择一个数字类型的自定义字段',
  },
  'chargeStandard.placePriceTaken': {
    status: 409,
    text: '{place}从{day}已有一个价格，同一天只能有一个。请换一个开始日期，或先删除那个价格',
  },
  'chargeStandard.placePriceRaised': {
    status: 409,
    text: '已有 {count} 张账单按这个价格计算，不能删除。请从新的日期起设置价格，或从新的日期起恢复为上一级价格',
  },
  'chargeStandard.noPlacePrice': {
    status: 422,
    text: '“{method}”没有统一的价格，不能按小区、楼宇或单元设置',
  },
  'chargeStandard.bound': {
    status: 409,
    text: '收费标准“{name}”已绑定 {count} 个收费对象，不能删除。请先在“标准绑定”中删除这些绑定，或结束它们并停用该标准',
  },
  'chargeStandard.raised': {
    status: 409,
    text: '收费标准“{name}”已生成过账单，计价方式、数量来源、周期和收费项目不能再改。请新建一个标准并重新绑定；只是调价请用“新价格”，公式和阶梯可以直接改',
  },
  'chargeStandard.priceDateTaken': {
    status: 409,
    text: '{day} 起已有一个价格（{price} 元），同一天只能有一个。请换一个开始日期，或先删除那个价格',
  },
  'chargeStandard.firstPriceStays': {
    status: 409,
    text: '最早的价格不能删除，它是其余日期的依据。价格写错时请直接修改它',
  },
  'chargeStandard.priceRaised': {
    status: 409,
    text: '已有 {count} 张账单按这个价格计算，不能修改或删除。请从新的日期起设置新价格',
  },
  'standardBinding.nothingSelected': {
    status: 422,
    text: '所选范围内没有{label}，没有绑定任何对象。请检查楼宇、用途和标签的选择',
  },
  'standardBinding.overlap': {
    status: 409,
    text: '有 {count} 个对象在这段时间已绑定收费项目“{item}”，整批没有绑定。第一个：{target} 已绑定“{standard}”（{dates}）。请调整日期，先结束原绑定，或勾选“跳过已绑定的”',
  },
  'standardBinding.endBeforeStart': {
    status: 422,
    text: '结束日期 {end} 早于或等于开始日期 {start}，请改正日期',
  },
  'standardBinding.hasBills': {
    status: 409,
    text: '该绑定已有 {count} 张账单，{what}。请改为“结束绑定”',
  },
  'standardBinding.paidBeyond': {
    status: 409,
    text: '{day} 之后已有 {count} 张收过款的账单（第一张：{target} {period}），不能在这一天结束。请改选更晚的日期，或先撤销收款',
  },
  'standardBinding.unpaidBeyond': {
    status: 409,
    text: '{day} 之后已有 {count} 张未收款的账单，共 {sum} 元（第一张：{target} {period}）。请勾选“作废这些账单”后再结束；跨过结束日的账期作废后可重新生成剩余部分',
  },
  'standardBinding.billsBeyond': {
    status: 409,
    text: '{day} 之后已有 {count} 张未收款的账单，共 {sum} 元。请勾选“按过户日重新生成这些账单”，或先作废它们再办理',
  },
  'standardBinding.cannotRaiseAgain': {
    status: 409,
    text: '有账单作废后不能重新生成：{target}（{reason}）。没有办理过户，请先补全资料，或先手工处理这些账单',
  },
  'standardBinding.followsTag': {
    status: 409,
    text: '“{target}”的绑定跟随标签“{tag}”，不能单独{action}。请取下这个标签，或在“跟随标签”里停止跟随',
  },
  'tagBinding.exists': {
    status: 409,
    text: '“{item}”在{community}已经跟随标签“{tag}”，不能重复设置。请先停止原来的跟随',
  },
  'tagBinding.ended': { status: 409, text: '这个跟随已于 {day} 停止，不用再停' },
  'bill.paid': {
    status: 409,
    text: '“{bill}”已由收据 {number} 收款，不能作废，本次一张也没有作废。请先撤销该收据，或取消勾选这张账单',
  },
  'bill.reduced': {
    status: 409,
    text: '“{bill}”已有优惠或减免，不能作废，本次一张也没有作废。请取消勾选这张账单',
  },
  'bill.alreadyVoided': {
    status: 409,
    text: '“{bill}”已经作废过，本次一张也没有作废。请刷新页面后重新选择',
  },
  'advance.monthTooFar': { status: 422, text: '最多预收到 {month}，请选择更早的月份' },
  'advance.monthPast': { status: 422, text: '预收的月份不能早于本月（{month}），请重新选择' },
  'oneOff.wrongItem': {
    status: 422,
    text: '“{item}”不是临时类的收费项目，不能记临时收费。请选择或新增一个“临时”类型的收费项目',
  },
  'oneOff.nothingToPay': { status: 422, text: '这笔临时收费算出来是 0 元，没有记账：{reason}' },
  'oneOff.noArea': { status: 422, text: '“{target}”没有填写面积，不能按面积收。请先在档案中填写，或改按数量' },
  'raising.monthsReversed': { status: 422, text: '结束月份早于开始月份，请改正' },
  'raising.tooManyMonths': { status: 422, text: '一次最多生成 {most} 个月，请缩小月份范围' },
  'raising.noItems': { status: 422, text: '请至少选择一个收费项目' },
});

export const chargingFail = raiser(chargingErrors);
