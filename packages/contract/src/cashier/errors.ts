import { defineErrors, raiser } from '../errors.ts';

export const cashierErrors = defineErrors({
  'numberPattern.sameAsOther': {
    status: 409,
    text: '{paper}的编号规则是 {pattern}，两种单据会出现同一个号。请换一个开头，如退款单以 T 开头',
  },
  'receipt.billPaid': {
    status: 409,
    text: '“{bill}”已由收据 {number} 收讫，本次没有收款。账单已刷新，请核对后再收',
  },
  'receipt.billVoided': { status: 409, text: '“{bill}”已作废，本次没有收款。请去掉这一条后再收' },
  'receipt.amountChanged': {
    status: 409,
    text: '“{bill}”应收已变为 {actual} 元（页面上是 {expected} 元），本次没有收款。账单已刷新，请核对后再收',
  },
  'receipt.billWithheld': {
    status: 409,
    text: '“{bill}”正在银行代扣（批次 {batch}），本次没有收款。仍要收的请在收银台确认，银行扣到的钱会转为预存款',
  },
  'receipt.keyReused': { status: 409, text: '这次提交的内容与上次不同，本次没有收款。请刷新页面后重新收款' },
  'receipt.billsRepeated': { status: 422, text: '同一条账单选了两次，请刷新页面后重新勾选' },
  'receipt.otherCommunity': {
    status: 422,
    text: '“{bill}”不属于当前小区。一张收据只收一个小区的账单，请到该小区另开收据',
  },
  'receipt.empty': { status: 422, text: '请先勾选要收的账单，或填写预存、押金、其他收入' },
  'receipt.needsTarget': { status: 422, text: '账单、预存和抵扣要有房屋、车位或车辆，请先查找收费对象' },
  'receipt.overReduced': {
    status: 422,
    text: '“{bill}”的优惠 {discount} 元超过了未收本金 {principal} 元，请改小优惠',
  },
  'receipt.overWaived': {
    status: 422,
    text: '“{bill}”减免违约金 {waived} 元超过了应收违约金 {lateFee} 元，请改小减免',
  },
  'receipt.overPaid': {
    status: 422,
    text: '“{bill}”本次收 {pay} 元，超过了应付的 {most} 元。请改正金额，多收的可转为预存',
  },
  'receipt.nothingPaid': { status: 422, text: '“{bill}”本次收 0 元又没有优惠，请去掉这一条或填写金额' },
  'receipt.partRefused': {
    status: 409,
    text: '本小区的账单须一次收齐，“{bill}”应付 {most} 元，不能只收 {pay} 元',
  },
  'receipt.olderFirst': {
    status: 409,
    text: '本小区须先收旧账：“{bill}”之前的“{older}”还没有收清，请先勾选它',
  },
  'receipt.topUpRefused': { status: 409, text: '本小区不收预存款，请改为只收账单金额，其余找零' },
  'receipt.discountForbidden': {
    status: 403,
    text: '您没有“收银台 · 优惠和减免违约金”权限。请点“申请优惠”交由审批，或请有权限的同事收款',
  },
  'receipt.discountLimit': {
    status: 403,
    text: '{kind} {amount} 元超过了您每张收据的限额（{limit}）。请改小，点“申请优惠”交由审批，或请限额更高的同事收款',
  },
  'receipt.offsetSource': {
    status: 422,
    text: '“{method}”须指明从哪个预存账户或哪笔押金中扣，其他支付方式不能指明，请重新选择支付方式',
  },
  'receipt.offsetTarget': {
    status: 422,
    text: '“{account}”不是这张收据所收房屋、车位、车辆的，不能用来抵扣，请换一个账户',
  },
  'receipt.offsetAboveItem': {
    status: 422,
    text: '专项预存“{item}”只能抵扣该项目的账单：本次可抵 {bills} 元，填了 {amount} 元，请改小',
  },
  'receipt.offsetAboveBills': {
    status: 422,
    text: '抵扣合计 {offsets} 元超过了账单实付 {bills} 元。抵扣只能付账单，请改小抵扣金额',
  },
  'receipt.nothingReduced': { status: 422, text: '没有填写优惠或减免的金额，请填写后再提交' },
  'receipt.noReductionFlow': {
    status: 409,
    text: '超过了您的优惠限额，公司也没有为“账单优惠、减免违约金”设置审批流程。请限额更高的同事办理，或由管理员在“审批流程”中设置',
  },
  'offer.period': { status: 422, text: '有效期的结束日期早于开始日期，请改正日期' },
  'offer.nameTaken': { status: 409, text: '已有名为“{offer}”的优惠活动，请换一个名称' },
  'offer.used': { status: 409, text: '优惠活动“{offer}”已经用过，不能删除。不再使用时请停用' },
  'paymentMethod.nameTaken': { status: 409, text: '已有名为“{name}”的支付方式，请换一个名称' },
  'paymentMethod.last': { status: 409, text: '“{name}”是最后一种能收款的支付方式，不能停用。请先启用或新增另一种' },
  'discountLimit.beyondOwn': { status: 403, text: '限额不能高于您自己的优惠限额，请改小' },
  'receipt.depositItem': { status: 422, text: '收费项目“{item}”不是押金类，收押金请选押金类项目' },
  'receipt.incomeItem': { status: 422, text: '收费项目“{item}”是押金类，收押金请用“收押金”' },
  'receipt.offerChanged': {
    status: 409,
    text: '“{bill}”的优惠活动“{offer}”现在可减 {actual} 元（页面上是 {expected} 元），本次没有收款。请核对后再收',
  },
  'receipt.totalMismatch': {
    status: 422,
    text: '各项合计 {bills} 元，与应收 {total} 元不符，请刷新页面后重新收款',
  },
  'receipt.tendersMismatch': {
    status: 422,
    text: '各支付方式合计 {tenders} 元，与应收 {total} 元不符，请改正支付金额',
  },
  'receipt.cashShort': { status: 422, text: '收到现金 {tendered} 元，不足应付现金 {cash} 元，请改正收到的现金' },
  'receipt.cashWithoutTender': { status: 422, text: '没有选择现金支付，不能填写收到的现金，请清空或增加现金支付' },
  'receipt.futureDay': { status: 422, text: '收款日期 {day} 晚于今天（{today}），请改为今天或更早的日期' },
  'receipt.tooEarly': { status: 422, text: '收款日期 {day} 太早：最多补录 {days} 天以内的收款，请改正日期' },
  'receipt.backdateReason': { status: 422, text: '补录以前的收款须在备注中写明原因，请填写备注' },
  'receipt.alreadyReversed': { status: 409, text: '收据 {number} 已经撤销过，没有再次撤销。请刷新页面查看' },
  'receipt.reversedPrint': { status: 409, text: '收据 {number} 已撤销，不能再打印' },
  'prepaid.short': { status: 409, text: '“{account}”只有 {balance} 元，不够 {amount} 元，没有办理。请刷新后核对余额' },
  'prepaid.bonusStays': {
    status: 409,
    text: '“{account}”中可退、可转的是实缴的 {paid} 元，赠送的 {bonus} 元只能用于抵扣账单，没有办理。请改正金额',
  },
  'deposit.short': { status: 409, text: '“{deposit}”只剩 {held} 元，不够 {amount} 元，没有办理。请刷新后核对' },
  'deposit.used': {
    status: 409,
    text: '“{deposit}”已经抵扣、退还或没收过（现存 {held} 元），收据不能撤销。请先撤销这些操作，或退还余下的押金',
  },
});

export const cashierFail = raiser(cashierErrors);
