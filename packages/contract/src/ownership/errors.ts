import { defineErrors, raiser } from '../errors.ts';

export const ownershipErrors = defineErrors({
  'ownership.future': { status: 422, text: '过户日 {day} 晚于今天，请在过户当天或之后办理' },
  'ownership.notLiving': { status: 422, text: '所选的迁出人员已不在这套房屋，请刷新页面后重新选择' },
  'ownership.nobodyLeaves': {
    status: 422,
    text: '没有业主迁出，不是过户。请勾选要迁出的原业主；只是增加共有人请用“迁入”',
  },
  'ownership.sameOwner': { status: 422, text: '新业主{name}就是要迁出的原业主，请核对姓名和手机号' },
  'ownership.arrears': {
    status: 409,
    text: '{house} 还有 {count} 张未缴清的账单，共 {sum} 元，您选择了“须先缴清”，没有办理过户。请先在收银台收款，或改选欠费由谁承担',
  },
  'ownership.holdingChanged': {
    status: 409,
    text: '{holding} 现为 {amount} 元，与页面上不同，没有办理过户。请重新打开过户页面，核对后再办理',
  },
  'ownership.notTheirs': {
    status: 422,
    text: '{holding} 要转到的不是迁出的原业主名下的房屋、车位或车辆，请重新选择',
  },
  'ownership.otherCommunity': {
    status: 422,
    text: '{holding} 只能转到同一小区的房屋、车位或车辆；要转到其他小区，请退还后重新收取',
  },
  'ownership.onlyGiven': {
    status: 409,
    text: '{holding} 余额全部是赠送的，不能转出也不能退，只能留在房屋',
  },
  'ownership.refundMethod': { status: 422, text: '有预存款或押金要退给原业主，请选择退款方式' },
});

export const ownershipFail = raiser(ownershipErrors);
