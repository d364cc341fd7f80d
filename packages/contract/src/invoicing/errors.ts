import { defineErrors, raiser } from '../errors.ts';

export const invoicingErrors = defineErrors({
  'invoice.noSeller': {
    status: 409,
    text: '“{community}”还没有可用的开票设置，不能开票。请先在“财务 · 开票设置”填写并启用',
  },
  'invoice.mixedCommunities': { status: 422, text: '所选收据属于不同的小区，不能开在一张发票上。请按小区分开开票' },
  'invoice.tooMuch': {
    status: 409,
    text: '收据 {receipt} 的“{item}”还可开票 {left} 元，这次要开 {asked} 元。只能开实际收到且没有开过票的钱，请刷新后重试',
  },
  'invoice.receiptTooMuch': {
    status: 409,
    text: '收据 {receipt} 还可开票 {left} 元（赠送的预存款不开票），这次要开 {asked} 元。请减少后重试',
  },
  'invoice.repeatedLine': { status: 422, text: '同一张收据的同一个项目写了两行，请合并成一行' },
  'invoice.zeroLine': { status: 422, text: '开票金额应大于 0。不开的项目请去掉勾选' },
  'invoice.specialNeedsCompany': {
    status: 422,
    text: '增值税专用发票只能开给单位，并须填写名称和统一社会信用代码。开给个人请选普通发票',
  },
  'invoice.taxNumber': { status: 422, text: '统一社会信用代码“{taxNumber}”不对：应为 18 位，最后一位是校验码。请核对' },
  'invoice.companyNeedsTaxNumber': { status: 422, text: '开给单位须填写统一社会信用代码' },
  'invoice.wrongState': { status: 409, text: '这张发票现在是“{state}”，不能{action}。请刷新页面查看' },
  'invoice.notBlue': { status: 409, text: '红字发票不能再红冲，请打开它所冲的蓝字发票' },
  'invoice.redInProgress': { status: 409, text: '这张发票的另一张红字发票还在开具，请等它有结果后再红冲' },
  'invoice.redAgain': { status: 409, text: '没有开成的红字发票不再重试。请打开它所冲的蓝字发票，重新红冲' },
  'invoice.redTooMuch': {
    status: 409,
    text: '收据 {receipt} 的“{item}”在这张发票上还可红冲 {left} 元，这次要冲 {asked} 元',
  },
  'invoice.keyReused': { status: 409, text: '这次提交的编号已用于另一张发票，请刷新页面后重新填写' },
  'invoice.noPdf': { status: 404, text: '这张发票还没有取得版式文件，请稍后再试' },
  'invoice.callbackRefused': { status: 401, text: '回调的签名、时间或开票设置不对，没有处理' },
  'invoiceSeller.secretRequired': { status: 422, text: '请填写服务商给的密钥' },
  'invoiceSeller.wholeCompany': { status: 403, text: '全公司通用的开票设置只有可看全部小区的人能修改' },
  'invoiceSeller.inUse': { status: 409, text: '已用这项设置开过票，不能删除。不再使用请停用' },
  'invoiceSeller.exists': { status: 409, text: '“{community}”已有开票设置，请直接修改它' },
});

/** `throw invoicingFail('invoice.noSeller', { community: '翠湖花园' })` */
export const invoicingFail = raiser(invoicingErrors);
