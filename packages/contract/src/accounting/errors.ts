import { defineErrors, raiser } from '../errors.ts';

export const accountingErrors = defineErrors({
  'voucher.unmapped': {
    status: 422,
    text: '还有科目没有填写编码：{accounts}。请在“财务 → 科目对应”中填写后再生成凭证',
  },
  'voucher.rangeReversed': { status: 422, text: '开始日期 {from} 在结束日期 {to} 之后，请改正' },
  'voucher.rangeTooLong': { status: 422, text: '一次最多 {max} 天，请分几次' },
  'voucher.notClosed': {
    status: 409,
    text: '{communities} 的账还没有结到 {day}，没有生成凭证。请先在“财务 → 结账”中结账',
  },
  'voucher.alreadyMade': {
    status: 409,
    text: '{communities} 的这些日子里已有生成过凭证的，没有再生成。请改日期，或先作废原来的一批',
  },
  'voucher.changed': { status: 409, text: '预览之后单据或科目对应有变化，没有生成凭证。请重新预览并核对' },
  'voucher.nothing': { status: 422, text: '这些日子没有任何单据，没有生成凭证' },
  'voucher.alreadyVoided': { status: 409, text: '这一批凭证已经作废过了，请刷新页面' },
  'voucher.exportVoided': { status: 422, text: '其中有已作废的凭证，不能导出。请刷新页面后重新选择' },
  'voucher.unknownCharacter': {
    status: 422,
    text: '“{text}”中的“{character}”无法写入用友的文件（GBK 编码没有这个字）。请改用金蝶格式，或作废后改名再生成',
  },
  'accountMapping.notForAccount': { status: 422, text: '科目“{account}”不能按{by}细分，没有保存' },
  'accountMapping.notByTarget': {
    status: 422,
    text: '“{account}”不能按户分行，只有应收账款、预存款和押金可以。请改选“合计一行”或“每个收费项目一行”',
  },
  'accountMapping.general': { status: 422, text: '“{account}”的总对应不能删除，可以改成别的科目' },
});
export const accountingFail = raiser(accountingErrors);
