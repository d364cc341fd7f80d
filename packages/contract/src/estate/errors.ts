import { defineErrors, raiser } from '../errors.ts';

export const estateErrors = defineErrors({
  'community.codeInvalid': { status: 422, text: '小区代码“{code}”不对：应为 1 到 12 位大写字母或数字' },
  'community.phonesUnreadable': { status: 422, text: '其他服务电话“{line}”末尾没有电话号码，请每行写一个' },
  'community.allRequired': { status: 403, text: '您只管理部分小区，不能新增小区，请联系管理员' },
  'house.unitElsewhere': { status: 422, text: '所选单元不在所选楼宇内，请重新选择单元' },
  'house.batchTooLarge': { status: 422, text: '一次最多生成 {limit} 套房屋，当前为 {count} 套，请分几次生成' },
  'house.batchPattern': { status: 422, text: '房号规则不对：{reason}' },
  'house.batchRepeated': { status: 422, text: '按此规则会有重复的房号（{number}），请在规则中加入单元、楼层和序号' },
  'house.batchExists': {
    status: 409,
    text: '有 {count} 套房屋已存在（如 {first}），没有生成任何房屋。请改规则，或选择跳过已有房屋',
  },
  'resident.phoneTaken': { status: 409, text: '该手机号已登记为另一位住户，姓名与所填不同。请核对手机号或姓名' },
  'resident.nameUnreadable': { status: 422, text: '住户姓名“{name}”无法识别，请填写姓名' },
  'occupancy.exists': { status: 409, text: '{name}已以“{role}”身份入住{house}，无需重复迁入' },
  'occupancy.ended': { status: 409, text: '{name}已于 {day} 迁出，不能再次迁出' },
  'occupancy.beforeMoveIn': { status: 422, text: '迁出日期不能早于迁入日期 {day}' },
  'resident.phoneOfOther': {
    status: 409,
    text: '这个手机号已登记在“{name}”的资料上。如果是同一个人，请合并两份资料；不是同一个人，请核对手机号',
  },
  'resident.phoneHidden': {
    status: 409,
    text: '这个手机号已登记在本公司其他小区的住户资料上，您不能查看。请核对手机号，或联系管理全部小区的同事合并资料',
  },
  'resident.idCardInvalid': { status: 422, text: '身份证号不对：应为 18 位，最后一位是校验码。请照证件核对' },
  'resident.idCardMismatch': {
    status: 422,
    text: '身份证号里的{what}与登记的不同（证件上是 {onCard}）。请先更正登记的{what}，或核对证件号',
  },
  'resident.idCardTaken': {
    status: 409,
    text: '这个身份证号已登记在“{name}”的资料上。如果是同一个人，请合并两份资料；不是同一个人，请核对证件号',
  },
  'resident.idCardHidden': {
    status: 409,
    text: '这个身份证号已登记在本公司其他小区的住户资料上，您不能查看。请核对证件号，或联系管理全部小区的同事',
  },
  'resident.wecomTaken': {
    status: 409,
    text: '这个企业微信 ID 已登记给另一位住户，一个 ID 只能是一位住户。请核对，或先清除那一位的',
  },
  'resident.erased': { status: 409, text: '这位住户已注销，资料不能再修改' },
  'resident.mergeSelf': { status: 422, text: '不能与自己合并，请选择另一份资料' },
  'resident.mergeIdCards': { status: 409, text: '两份资料登记了不同的身份证号，不是同一个人，不能合并' },
  'resident.elsewhere': {
    status: 409,
    text: '这位住户在您不能查看的小区也有入住记录，请由管理全部小区的同事{action}',
  },
  'resident.hasMoney': {
    status: 409,
    text: '{name}住过的{house}已有账单，不能删除。请改为迁出；如本人要求清除个人信息，请迁出后注销',
  },
  'resident.stillLives': { status: 409, text: '这位住户还住在 {count} 套房屋里，请先迁出再注销' },
  'resident.stillOwes': { status: 409, text: '这位住户居住期间还有 {sum} 元账单未缴清，结清后才能注销' },
  'occupancy.validity': { status: 422, text: '有效期不能早于迁入日期 {day}' },
  'application.closed': { status: 409, text: '{community}已关闭注册，不接受入住申请。请直接在“住户”中迁入' },
  'application.waiting': { status: 409, text: '这个手机号在{community}已有一份待审核的申请，请先审核那一份' },
  'application.noteRequired': { status: 422, text: '请填写注册说明，写明住在哪里、是什么人' },
  'application.houseRequired': { status: 422, text: '请选择所住的房屋和身份' },
  'application.phoneRequired': { status: 422, text: '请填写手机号' },
  'application.decided': { status: 409, text: '{name}的申请已是“{state}”，不能再{action}' },
  'vehicle.plateWrong': { status: 422, text: '车牌号码“{plate}”无法识别，请填写完整车牌' },
  'vehicle.registered': { status: 409, text: '{plate}在{community}已经登记，无需再提交。要修改请到“车辆”' },
  'vehicle.waiting': { status: 409, text: '{plate}在{community}已有一份待审核的申请，请先审核那一份' },
  'vehicle.ownerRequired': { status: 422, text: '请填写车主姓名或关联房屋，否则无法核对是谁的车' },
  'vehicle.decided': { status: 409, text: '{plate}的申请已是“{state}”，不能再{action}。请刷新后再看' },
  'invitation.notOwner': { status: 422, text: '只有这套房屋在住的业主本人可以邀请他人' },
  'invitation.closed': { status: 409, text: '{community}已关闭注册，不能邀请住户' },
  'invitation.wrongCode': { status: 404, text: '邀请码不对，请核对后再试' },
  'invitation.over': { status: 409, text: '这个邀请{state}，不能再使用' },
  'invitation.expiry': { status: 422, text: '邀请截止日期应在今天到 {day} 之间' },
  'microSite.countChanged': {
    status: 409,
    text: '您能管理的其他小区现在是 {count} 个，与确认时不同，没有改动任何小区。请刷新后再试',
  },
  'search.tooShort': { status: 422, text: '请至少输入 {count} 个字再搜索' },
});

export const estateFail = raiser(estateErrors);
