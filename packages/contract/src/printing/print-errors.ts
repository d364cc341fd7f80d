import { defineErrors, raiser } from '../errors.ts';

export const printErrors = defineErrors({
  'printTemplate.invalid': { status: 422, text: '模板有 {count} 处不对，没有保存：{first}' },
  'printTemplate.nameTaken': { status: 409, text: '已有名为“{name}”的{type}模板，请换一个名称' },
  'printTemplate.otherType': { status: 422, text: '所选模板不是{type}模板，请重新选择' },
  'printTemplate.companyWide': {
    status: 403,
    text: '公司通用的模板和图片只能由可管理全部小区的人修改，请复制为小区模板后再改',
  },
  'print.nothing': { status: 422, text: '没有可打印的{type}，请换个条件或重新勾选' },
  'print.tooMany': { status: 422, text: '一次最多打印 {limit} 份，当前选中 {count} 份，请缩小范围分批打印' },
  'print.notListed': { status: 422, text: '{type}没有可查找的单据，请在打印页面填写' },
  'print.badFilter': { status: 422, text: '打印条件不对：{reason}。请刷新页面后再试' },
  'printImage.refused': { status: 422, text: '图片无法使用：{reason}。请上传 1 MB 以内的 PNG 或 JPEG 图片' },
});

export const printFail = raiser(printErrors);
