import { defineErrors, raiser } from '../errors.ts';

export const fundErrors = defineErrors({
  'fund.noHouses': { status: 422, text: '所选范围内没有填写了建筑面积的房屋，没有保存。请先补全房屋面积或重选范围' },
  'fund.nothing': { status: 422, text: '算出的金额为 0，没有保存。请核对单价、利率或账户余额' },
  'fund.futureDay': { status: 422, text: '日期 {day} 在今天 {today} 之后，没有保存' },
  'fund.interestTwice': { status: 409, text: '“{community}”{year} 年已经结过息，没有再结。要重结请先冲回那一次' },
  'fund.short': {
    status: 409,
    text: '“{house}”的维修资金余额 {balance} 元，不够{action} {amount} 元（共 {count} 户不足），没有办理。请先续交，或减少金额',
  },
  'fund.noAccount': {
    status: 409,
    text: '“{house}”还没有维修资金账户（共 {count} 户没有），不能分摊。请先归集或导入余额',
  },
  'fund.projectState': { status: 409, text: '使用方案“{project}”现在是“{state}”，不能{action}。请刷新页面查看' },
  'fund.voteFigures': {
    status: 422,
    text: '表决数字不对：同意的不能多于参与的，参与的不能多于全体（{heads} 人、{area} 平方米）',
  },
  'fund.reversed': { status: 409, text: '这一笔已经冲回过，或本身就是冲回，不能再冲回' },
  'fund.keyReused': { status: 409, text: '这次提交的编号已用于另一笔，请刷新页面后重新填写' },
  'fund.notPublished': { status: 404, text: '这个小区还没有公示维修资金' },
  'fund.openingTwice': { status: 409, text: '“{house}”已有维修资金变动，不能再导入期初余额' },
});

/** `throw fundFail('fund.noHouses')` */
export const fundFail = raiser(fundErrors);
