import { defineErrors, raiser } from '../errors.ts';

export const estateErrors = defineErrors({
  'community.codeInvalid': { status: 422, text: '小区代码“{code}”不对：应为 1 到 12 位大写字母或数字' },
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
  'search.tooShort': { status: 422, text: '请至少输入 {count} 个字再搜索' },
});

export const estateFail = raiser(estateErrors);
