import { defineErrors, raiser } from '../errors.ts';

export const dunningErrors = defineErrors({
  'dunning.nobodyOwes': { status: 422, text: '所选的没有未缴的账单（已缴清，或正由银行代扣），不用催缴' },
  'dunning.tooMany': { status: 422, text: '一次最多催缴 {limit} 户，所选有 {count} 户，请按小区或楼宇分几次' },
  'dunning.allHeld': { status: 409, text: '{place}在 {since} 已发过{channel}催缴，{until} 起才能再发' },
  'dunning.unreachable': { status: 409, text: '{place}发不了{channel}：{reason}' },
  'dunning.changed': { status: 409, text: '{label}已被他人修改，请刷新后再改' },
  'dunningPlan.nameTaken': { status: 409, text: '这个小区已有叫“{name}”的催缴计划，请换一个名称' },
  'dunningPlan.daysMissing': { status: 422, text: '请填写天数，从 1 到 365' },
  'dunningSetting.ladder': { status: 422, text: '三级函件的天数应一级比一级多' },
  'dunningSetting.siteUrl': { status: 422, text: '住户访问地址应写成 https://wy.example.com 的样子，不带路径' },
});
export const dunningFail = raiser(dunningErrors);
