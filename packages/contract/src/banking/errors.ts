import { defineErrors, raiser } from '../errors.ts';

export const bankErrors = defineErrors({
  'bankAgreement.overlaps': {
    status: 409,
    text: '“{house}”在这段时间里已有代扣协议（{masked}），没有保存。请先填写原协议的最后一天，或修改生效日期',
  },
  'bankAgreement.underWay': {
    status: 409,
    text: '代扣批次 {batch} 正在按这份协议扣款，账号和银行不能修改。请等银行回盘或取消批次后再改',
  },
  'bankAgreement.used': { status: 409, text: '这份协议已经代扣过，不能删除。请填写最后一天让它终止' },
  'bankAgreement.endsBeforeStart': { status: 422, text: '最后一天 {lastDay} 早于生效日期 {startsOn}，请改正' },
  'bankTemplate.invalid': { status: 422, text: '模板有问题：{problem}' },
  'bankTemplate.nameTaken': { status: 409, text: '已有名为“{name}”的银行模板，请换一个名称' },
  'bankTemplate.disabled': { status: 409, text: '银行模板“{name}”已停用，请换一个或先启用' },
  'bankTemplate.inUse': { status: 409, text: '银行模板“{name}”有代扣协议在用，不能停用' },
  'withholding.otherState': { status: 409, text: '批次 {number} {state}，不能{action}。请刷新页面查看' },
  'withholding.fileRefused': { status: 422, text: '结果文件没有处理：{problem}' },
  'withholding.answered': {
    status: 409,
    text: '批次 {number} 已按另一份结果文件处理过（{file}），这份没有处理。请核对是否选错了批次或文件',
  },
  'withholding.dayBeforeBatch': { status: 422, text: '到账日期 {day} 早于批次日期 {madeOn}，请改正' },
  'withholding.methodMissing': { status: 409, text: '支付方式“{name}”已停用，不能入账。请先在“支付方式”中启用' },
  'bankStatement.fileRefused': { status: 422, text: '对账单没有读取：{problem}' },
  'bankStatement.otherState': { status: 409, text: '这笔转账{state}，不能{action}。请刷新页面查看' },
  'bankStatement.proposalStale': {
    status: 409,
    text: '匹配之后账单有变化：现在应付 {owed} 元，转账是 {amount} 元。请重新匹配或手工指定',
  },
  'bankStatement.otherCommunity': {
    status: 422,
    text: '这个账户只收“{community}”的款，所选房屋在别的小区，请重新选择',
  },
  'bankStatement.needsAll': { status: 403, text: '这个账户收多个小区的款，只有可看全部小区的人能处理' },
});

export const bankFail = raiser(bankErrors);
