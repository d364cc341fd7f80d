import { defineErrors, raiser } from '../errors.ts';

export const undoErrors = defineErrors({
  'receipt.refunded': {
    status: 409,
    text: '收据 {number} 已退过款（{refund}），不能{action}。余下的钱请继续用“退款”办理',
  },
  'receipt.prepaidUsed': {
    status: 409,
    text: '收据 {number} 存入的预存款已被使用：“{account}”现余 {balance} 元，不够收回 {amount} 元，不能{action}。请先撤销之后的抵扣收据，或用“退款”退回余下的预存款',
  },
  'receipt.voidPaidElsewhere': {
    status: 409,
    text: '“{bill}”还由收据 {number} 收过款，不能随本收据作废。请先作废收据 {number}，或只撤销本收据',
  },
  'receipt.voidReduced': {
    status: 409,
    text: '“{bill}”另有优惠或减免，不能随本收据作废。请先撤回减免，或只撤销本收据',
  },
  'receipt.notVoided': { status: 409, text: '收据 {number} 不在回收站里，没有恢复。请刷新页面查看' },
  'receipt.billGone': {
    status: 409,
    text: '“{bill}”后来又作废过，收据 {number} 不能恢复。请先在回收站恢复这张账单',
  },
  'receipt.billOwesLess': {
    status: 409,
    text: '“{bill}”现在只欠 {outstanding} 元，不够收据 {number} 所收的 {amount} 元，没有恢复。请先撤销之后的收款或减免',
  },
  'receipt.prepaidGone': {
    status: 409,
    text: '“{account}”现余 {balance} 元，不够收据 {number} 抵扣的 {amount} 元，没有恢复。请先存入预存款',
  },
  'receipt.notValid': { status: 409, text: '收据 {number} 已撤销或作废，不能{action}。请刷新页面查看' },
  'receipt.amendNothing': { status: 422, text: '内容没有变化，请修改后再保存' },
  'receipt.amendOffset': {
    status: 422,
    text: '“{method}”是用预存款或押金抵扣的，不能改支付方式。请撤销收据后重新收款',
  },
  'receipt.amendClosed': {
    status: 409,
    text: '收据 {number} 记在 {day}，账已结到 {until}，支付方式不能再改。请撤销收据后按今天重新收款',
  },
  'refund.empty': { status: 422, text: '请选择要退的账单、预存款、押金或其他收入，并填写金额' },
  'refund.repeated': { status: 422, text: '同一项选了两次，请刷新页面后重新选择' },
  'refund.tendersMismatch': {
    status: 422,
    text: '退款方式合计 {tenders} 元，与所退各项合计 {lines} 元不符，请改正金额',
  },
  'refund.needsReceipt': { status: 422, text: '退账单或其他收入须指明原收据，请从收据进入退款' },
  'refund.otherReceipt': { status: 422, text: '“{what}”不是收据 {number} 收的，请从收它的收据退款' },
  'refund.otherCommunity': { status: 422, text: '所退各项不在同一个小区，请分开退款' },
  'refund.aboveLine': {
    status: 409,
    text: '“{what}”在收据 {number} 中可退 {left} 元，填了 {amount} 元，没有退款。请刷新后核对',
  },
  'refund.aboveMoney': {
    status: 409,
    text: '收据 {number} 以现金、转账等收的钱还可退 {left} 元，填了 {amount} 元；用预存款抵扣的部分请选“退回预存款”',
  },
  'refund.prepaidToPrepaid': { status: 422, text: '退预存款、退押金不能再退回预存款，请选其他退款方式' },
  'refund.depositMethod': { status: 422, text: '退款不能用“{method}”，请选现金、转账等，或退回预存款' },
  'refund.needsTarget': { status: 422, text: '没有房屋、车位或车辆，不能退回预存款，请选其他退款方式' },
  'refund.wrongAccount': { status: 422, text: '所选预存账户不属于这张收据的房屋、车位或车辆，请重新选择' },
  'refund.futureDay': { status: 422, text: '退款日期 {day} 晚于今天（{today}），请改为今天或更早的日期' },
  'refund.tooEarly': { status: 422, text: '退款日期 {day} 太早：最多补录 {days} 天以内的退款，请改正日期' },
  'refund.beforeReceipt': { status: 422, text: '退款日期 {day} 早于收款日期 {received}，请改正日期' },
  'refund.keyReused': { status: 409, text: '这次提交的内容与上次不同，没有退款。请刷新页面后重新办理' },
  'refund.waiveNeedsBills': { status: 422, text: '只有退账单本金时才能同时减免，请改选“退款后重新欠费”' },
  'markPaid.totalChanged': {
    status: 409,
    text: '所选账单应收已变为 {actual} 元（页面上是 {expected} 元），没有收款。请刷新后核对',
  },
  'markPaid.offsetMethod': { status: 422, text: '批量标记已缴不能用“{method}”，请选现金、转账等支付方式' },
  'recycleBin.notThere': { status: 409, text: '所选内容已不在回收站，请刷新页面' },
});

export const undoFail = raiser(undoErrors);
