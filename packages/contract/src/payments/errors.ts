import { defineErrors, raiser } from '../errors.ts';

export const paymentErrors = defineErrors({
  'payment.noChannel': {
    status: 409,
    text: '“{community}”没有可用的{way}收款渠道。请先在“收款 · 收款渠道”填写并启用',
  },
  'payment.channelUnreadable': {
    status: 409,
    text: '收款渠道“{channel}”的密钥打不开，请到“收款 · 收款渠道”重新填写密钥',
  },
  'payment.wrongSum': {
    status: 422,
    text: '所付各项合计 {lines} 元，与支付金额 {total} 元不一致。请刷新后重新选择',
  },
  'payment.empty': { status: 422, text: '支付金额应大于 0，请选择要付的账单或填写预存金额' },
  'payment.openIdRequired': { status: 422, text: '在微信里付款须先取得付款人的微信身份，请从公众号或小程序重新打开' },
  'payment.payerCodeRequired': { status: 422, text: '请扫付款人的付款码：18 位左右的数字' },
  'payment.keyReused': { status: 409, text: '这次提交的编号已用于另一笔支付，请刷新页面后重新付款' },
  'payment.refused': { status: 409, text: '{channel}没有受理这笔支付：{reason}' },
  'payment.silent': {
    status: 503,
    text: '{channel}没有应答，这笔支付还没有开始。请稍后再试；已经扣款的会自动查到并入账，不会重复收取',
  },
  'payment.wrongState': { status: 409, text: '这笔支付现在是“{state}”，不能{action}。请刷新页面查看' },
  'payment.closedPaid': { status: 409, text: '关闭前付款人已经付款，支付不能关闭，款项已入账' },
  'payment.nothingLeft': {
    status: 409,
    text: '这笔支付在渠道还可退 {left} 元，这次要退 {amount} 元。请减少金额或换一种退款方式',
  },
  'payment.noException': { status: 409, text: '这笔支付没有待处理的异常，请刷新页面查看' },
  'payment.surplusUsed': {
    status: 409,
    text: '多收的 {amount} 元存在预存款里，现在只剩 {left} 元可退，其余已用于冲抵账单。请到“预存款”办理退款',
  },
  'payment.callbackRefused': { status: 401, text: '通知的签名、时间或内容不对，没有处理' },
  'payment.refundNotFailed': { status: 409, text: '只有渠道退款失败后才能重新发起或改用其他方式。请刷新页面查看' },
  'payment.refundSilent': {
    status: 503,
    text: '{channel}没有应答，不能确认这笔退款有没有退成，所以先不改。请稍后再试',
  },
  'receipt.paidOnline': {
    status: 409,
    text: '收据 {number} 是在线支付的，钱在收款渠道里，不能{action}。请用“退款”原路退回',
  },
  'refund.notPaidOnline': {
    status: 409,
    text: '“{method}”只能退回用它付的款：收据 {number} 用它付了 {paid} 元、已退 {refunded} 元，这次要退 {amount} 元',
  },
  'paymentChannel.fieldMissing': { status: 422, text: '启用前请填写{fields}' },
  'paymentChannel.badField': { status: 422, text: '“{field}”不对：{reason}' },
  'paymentChannel.taken': {
    status: 409,
    text: '“{community}”的“{application}”已有{kind}渠道“{name}”，同一用途只能启用一个。请停用它，或去掉这个用途',
  },
  'paymentChannel.wholeCompany': { status: 403, text: '全公司通用的收款渠道只有可看全部小区的人能修改' },
  'paymentChannel.inUse': { status: 409, text: '这个渠道已收过款，不能删除。不再使用请停用' },
  'paymentChannel.kindFixed': { status: 409, text: '这个渠道已收过款，不能改商户号。请停用它，另外新增一个' },
  'agreement.noChannel': {
    status: 409,
    text: '“{community}”不能用{channel}签约自动缴费。请换一种支付方式，或联系物业开通',
  },
  'agreement.noPlan': { status: 409, text: '“{community}”还没有开通自动缴费，请联系物业' },
  'agreement.exists': { status: 409, text: '{target}已经签约自动缴费，不能再签。请先解约' },
  'agreement.refused': { status: 409, text: '{channel}没有受理签约：{reason}' },
  'agreement.silent': { status: 503, text: '{channel}没有应答，签约没有开始。请稍后再试' },
  'agreement.wrongState': { status: 409, text: '这份签约现在是“{state}”，不能{action}。请刷新页面查看' },
  'agreement.notOwn': { status: 403, text: '这份签约是家里其他人签的，请由签约的人解约，或联系物业' },
  'deduction.wrongState': { status: 409, text: '这次扣款现在是“{state}”，不能{action}。请刷新页面查看' },
  'reconciliation.badRange': {
    status: 422,
    text: '对账日期应从早到晚、到昨天为止，一次最多 {most} 天。渠道次日才有当天的账单',
  },
  'reconciliation.noAccount': { status: 409, text: '没有可以对账的收款渠道。请先在“收款 · 收款渠道”填写' },
  'reconciliation.settled': {
    status: 409,
    text: '所选的有 {count} 笔不是待处理的差异：已核销，或重新对账后已对平。请刷新页面',
  },
  'channelSettlement.payoutsNeedFees': {
    status: 422,
    text: '结算到账的钱已扣手续费，记到账就要记手续费。请打开“手续费记账”，或关掉“结算到账记账”',
  },
  'channelSettlement.payoutsBeforeFees': {
    status: 422,
    text: '手续费从 {day} 的账单起记账，结算到账不能更早。请改晚到账的日期，或改早手续费的日期',
  },
  'reconciliation.notSettled': { status: 409, text: '只有人工核销的差异可以撤回。请刷新页面查看' },
});

/** `throw paymentFail('payment.empty')` */
export const paymentFail = raiser(paymentErrors);
