import { defineErrors, raiser } from '../errors.ts';

export const cashierErrors = defineErrors({
  'receipt.billPaid': {
    status: 409,
    text: '“{bill}”已由收据 {number} 收讫，本次没有收款。账单已刷新，请核对后再收',
  },
  'receipt.billVoided': { status: 409, text: '“{bill}”已作废，本次没有收款。请去掉这一条后再收' },
  'receipt.amountChanged': {
    status: 409,
    text: '“{bill}”应收已变为 {actual} 元（页面上是 {expected} 元），本次没有收款。账单已刷新，请核对后再收',
  },
  'receipt.keyReused': { status: 409, text: '这次提交的内容与上次不同，本次没有收款。请刷新页面后重新收款' },
  'receipt.billsRepeated': { status: 422, text: '同一条账单选了两次，请刷新页面后重新勾选' },
  'receipt.otherCommunity': {
    status: 422,
    text: '“{bill}”不属于当前小区。一张收据只收一个小区的账单，请到该小区另开收据',
  },
  'receipt.totalMismatch': {
    status: 422,
    text: '勾选账单合计 {bills} 元，与应收 {total} 元不符，请刷新页面后重新收款',
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
