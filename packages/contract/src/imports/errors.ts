import { defineErrors, raiser } from '../errors.ts';

/** Refusals of a file, before anything is written, and of steps taken out of order. */
export const importErrors = defineErrors({
  'import.fileEmpty': { status: 422, text: '这个文件是空的，没有任何内容。请选择有数据的 .xlsx、.xls 或 .csv 文件' },
  'import.notASpreadsheet': {
    status: 422,
    text: '这不是电子表格（文件内容是{found}）。请上传 .xlsx、.xls 或 .csv 文件；改扩展名没有用，须用 Excel 或 WPS 另存',
  },
  'import.encrypted': { status: 422, text: '文件设有打开密码，无法读取。请在 Excel 或 WPS 中去掉密码后再上传' },
  'import.tooLarge': {
    status: 422,
    text: '文件内容太大（{what}超过 {limit}），为保护系统没有继续读取。请去掉多余的工作表、图片和空白区域，或分成几个文件',
  },
  'import.tooManySheets': { status: 422, text: '工作表太多：{actual} 个，上限 {limit} 个。请只保留要导入的工作表' },
  'import.tooManyRows': { status: 422, text: '数据行太多，上限 {limit} 行。请分成几个文件导入' },
  'import.tooManyColumns': {
    status: 422,
    text: '第 {row} 行的列数超过上限 {limit} 列。请删去右侧多余的列后再上传',
  },
  'import.cellTooLong': {
    status: 422,
    text: '第 {row} 行第 {column} 列的文字超过 {limit} 个字。请缩短后再上传',
  },
  'import.damaged': { status: 422, text: '文件已损坏或不完整，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传' },
  'import.noRows': { status: 422, text: '文件里没有数据行：表头下面是空的。请填好数据后再上传' },
  'import.headingNotFound': {
    status: 422,
    text: '在前 20 行里没有找到表头（如{titles}）。请下载模板对照，或确认选对了文件',
  },
  'import.communityRequired': { status: 422, text: '请先选择要导入到哪个小区' },
  'import.notFound': { status: 404, text: '没有找到这次导入，它可能是别人上传的，或不在您可查看的范围内' },
  'import.columnsMissing': { status: 422, text: '还有必填的列没有对应：{titles}。请为它们选择文件中的列' },
  'import.columnUnknown': { status: 422, text: '文件中没有第 {column} 列，请刷新页面后重新选择' },
  'import.columnTwice': { status: 422, text: '文件中的「{heading}」同时对应了两项，请只对应一项' },
  'import.busy': { status: 409, text: '这次导入正在处理中，请等它完成或先停止' },
  'import.alreadyDone': { status: 409, text: '这次导入已经完成。要再次导入，请重新上传文件' },
  'import.alreadyStarted': {
    status: 409,
    text: '这次导入已写入一部分，不能再改列或处理方式。请继续完成，或重新上传文件',
  },
  'import.sourceForgotten': {
    status: 409,
    text: '上传超过 24 小时的住户文件可能含有证件号，已从系统中清除，不能再检查或导入。请重新上传文件',
  },
  'import.notChecked': { status: 409, text: '请先检查数据，再开始导入' },
  'import.nothingChosen': {
    status: 422,
    text: '所选的行里没有可以导入的数据。请核对行号：第一行通常是表头，有问题的行不能导入',
  },
  'import.mappingNotFound': { status: 404, text: '没有找到这个保存的对应关系，它可能已被删除。请刷新后重新选择' },
  'import.mappingNameTaken': {
    status: 409,
    text: '已有名为“{name}”的对应关系。请换一个名称，或选择替换它',
  },
  'import.mappingEmpty': { status: 422, text: '还没有对应任何一列，没有可以保存的内容' },
  'import.mappingChanged': { status: 409, text: '这个对应关系刚被别人修改过，请刷新后再改' },
  'import.undoDenied': { status: 403, text: '撤销导入需要“{permission}”权限，请联系管理员' },
  'import.notUndoable': {
    status: 409,
    text: '这次导入不能撤销：{reason}',
  },
  'import.undoBlocked': {
    status: 409,
    text: '没有撤销：之后的数据依赖这次导入。{blockers}。请先处理这些数据，或逐条修改',
  },
  'import.notDone': { status: 409, text: '导入完成后才能选择是否催缴' },
  'import.nothingToImport': { status: 409, text: '没有可以导入的行：{rows} 行全部有问题。请改正后重新上传' },
});

export const importFail = raiser(importErrors);
