import { defineErrors, raiser } from '../errors.ts';

export const billErrors = defineErrors({
  'bill.edited': {
    status: 409,
    text: '“{bill}”已由收据 {number} 收款，不能修改。请先撤销该收据',
  },
  'bill.editReduced': { status: 409, text: '“{bill}”已有优惠或减免，不能修改金额、账期或收费项目。请先撤回减免' },
  'bill.editVoided': { status: 409, text: '“{bill}”已作废，不能修改。请先从回收站恢复' },
  'bill.editThirdParty': { status: 409, text: '“{bill}”由第三方系统同步，不能在这里修改，请到该系统修改' },
  'bill.editHasHistory': {
    status: 409,
    text: '“{bill}”收过款（已撤销），账期和收费项目不能再改。请作废后重新登记；金额、缴费期限和备注可以改',
  },
  'bill.editNothing': { status: 422, text: '内容没有变化，请修改后再保存' },
  'bill.editPeriod': { status: 422, text: '账期止 {to} 早于账期起 {from}，请改正账期' },
  'bill.periodTaken': {
    status: 409,
    text: '“{bill}”所在账期已有账单“{other}”，{what}。请先作废那一张',
  },
  'bill.notVoided': { status: 409, text: '“{bill}”没有作废，不用恢复。请刷新页面查看' },
  'bill.voidedWithReceipt': {
    status: 409,
    text: '“{bill}”是随收据 {number} 一起作废的，请在回收站恢复该收据',
  },
  'waiver.voided': { status: 409, text: '“{bill}”已作废，不能减免，本次一张也没有减免。请去掉这一张' },
  'waiver.abovePrincipal': {
    status: 409,
    text: '“{bill}”未收 {outstanding} 元，减免 {amount} 元超过了它，本次一张也没有减免。请刷新后核对',
  },
  'waiver.aboveLateFee': {
    status: 409,
    text: '“{bill}”现有违约金 {lateFee} 元，减免 {amount} 元超过了它，本次一张也没有减免。请刷新后核对',
  },
  'waiver.empty': { status: 422, text: '没有可减免的金额，请填写本金或违约金的减免金额' },
  'waiver.withReceipt': { status: 409, text: '这笔{kind}是随收据 {number} 给的，请撤销该收据' },
  'waiver.takenBack': { status: 409, text: '“{bill}”的这笔减免已经撤回过，请刷新页面查看' },
  'dueDay.before': { status: 422, text: '缴费期限 {day} 早于“{bill}”的账期起 {from}，请改正日期' },
  'binding.reopened': { status: 409, text: '“{target}”的绑定没有结束，不用恢复。请刷新页面查看' },
});

export const billFail = raiser(billErrors);
