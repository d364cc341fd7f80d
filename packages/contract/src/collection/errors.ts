import { defineErrors, raiser } from '../errors.ts';

export const collectionErrors = defineErrors({
  'collectionCode.ended': { status: 404, text: '这张收款码已停用或已换新，请扫物业新贴的码，或到服务中心缴费' },
  'collectionCode.amountsRefused': { status: 409, text: '这个小区的收款码只能缴自己的账单，请登录后缴费' },
  'collectionCode.amountBounds': { status: 422, text: '金额应在 {min} 元到 {max} 元之间，请改正' },
  'collectionCode.remarkRequired': { status: 422, text: '请填写备注：{hint}' },
  'collectionCode.tooMany': { status: 429, text: '发起得太频繁，请过几分钟再试，或到服务中心缴费' },
  'collectionCode.nameTaken': { status: 409, text: '“{community}”已有叫“{name}”的收款码，请换一个名称' },
  'collectionCode.itemRequired': { status: 422, text: '请选择收入项目：收到的钱记为它的收入' },
  'collectionCode.itemUnused': { status: 422, text: '待认领的收款码不用选收入项目，认领时再定' },
  'collectionCode.depositItem': { status: 422, text: '收费项目“{item}”是押金类，不能用于收款码，请换一个项目' },
  'collectionCode.doorPurpose': { status: 409, text: '“{name}”是房屋或车位的码，收到的钱存为它的预存款，不能改用途' },
  'collectionCode.noPlaces': { status: 422, text: '所选范围里没有房屋或车位，没有生成收款码' },
  'collectionCode.tooManyPlaces': {
    status: 422,
    text: '一次最多生成 {limit} 张门牌码，所选范围有 {count} 个，请按楼宇分几次生成',
  },
  'collectionSetting.bounds': { status: 422, text: '最低金额不能高于最高金额，请改正' },
  'collectionSetting.changed': { status: 409, text: '收款码设置已被他人修改，请刷新后再改' },
  'collection.notWaiting': { status: 409, text: '这笔款已经认领或退回，没有可以认领的钱，请刷新页面查看' },
  'collection.billsGone': { status: 409, text: '所选账单有已缴清或作废的，没有认领。请刷新后重新选择' },
  'collection.unbooked': { status: 409, text: '这笔款还没有入账，请先到“在线支付 · 异常入账”重新入账' },
  'collection.nothingLeft': { status: 409, text: '这笔款还可退 {left} 元，这次要退 {amount} 元，请减少金额' },
  'collection.refundByReceipt': {
    status: 409,
    text: '这笔款付的是账单，请到收据 {number} 办理退款，账单同时恢复未收',
  },
});
export const collectionFail = raiser(collectionErrors);
