import { defineErrors, raiser } from '../errors.ts';

export const platformErrors = defineErrors({
  'request.invalid': { status: 422, text: '提交的内容有 {count} 处不对：{first}。请改正后再试' },
  'request.malformed': { status: 400, text: '请求内容无法识别，请刷新页面后再试' },
  'request.unstorable': {
    status: 422,
    text: '提交的内容里有无法保存的字符，或有一项超出了允许的范围，操作没有生效。请检查后再试',
  },
  'request.tooLarge': { status: 413, text: '提交的内容太大（上限 {limit}），请缩小后再试' },
  'request.tooMany': { status: 429, text: '操作太频繁，请 {seconds} 秒后再试' },
  'request.crossSite': { status: 403, text: '请求来自其他网站，已拒绝。请从安邻页面操作' },
  'resource.notFound': { status: 404, text: '没有找到这条{label}，它可能已被删除，或不在您可查看的范围内' },
  'resource.inUse': { status: 409, text: '这条{label}正被{users}使用，不能删除。请先解除关联' },
  'resource.duplicate': { status: 409, text: '已有相同的{label}（{fields}），请换一个，或修改已有的那一条' },
  'resource.changed': { status: 409, text: '这条{label}刚被别人修改过，请刷新后再改' },
  'reference.notFound': { status: 422, text: '所选的{label}不存在，或不在您可查看的范围内，请重新选择' },
  'route.notFound': { status: 404, text: '没有这个地址：{path}' },
  'list.unknownFilter': { status: 422, text: '{label}没有“{field}”这一项，请刷新页面后再试' },
  'list.unknownSort': { status: 422, text: '{label}不能按“{field}”排序，请换一列' },
  'list.badFilter': { status: 422, text: '筛选条件“{field}”不对：{reason}' },
  'session.required': { status: 401, text: '请先登录' },
  'session.expired': { status: 401, text: '登录已过期，请重新登录' },
  'session.passwordChangeRequired': { status: 403, text: '首次登录须先修改密码' },
  'signIn.wrong': { status: 401, text: '手机号或密码不对，还可再试 {left} 次' },
  'signIn.locked': { status: 429, text: '密码连续输错 {times} 次，账号已锁定，请 {minutes} 分钟后再试' },
  'signIn.disabled': { status: 403, text: '该账号已停用或已到期，请联系管理员' },
  'signIn.clientRefused': {
    status: 403,
    text: '该账号没有在{client}登录的权限。如工作需要，请联系管理员在“员工”中开通',
  },
  'password.wrong': { status: 422, text: '原密码不对' },
  'password.weak': { status: 422, text: '新密码至少 8 位，须同时含字母和数字，且不能与原密码相同' },
  'permission.denied': { status: 403, text: '您没有“{permission}”的权限，请联系管理员开通' },
  'scope.outside': {
    status: 403,
    text: '这项操作涉及您数据范围以外的楼宇或房屋，没有生效。请联系管理员调整您的数据范围',
  },
  'scope.wholeCommunity': {
    status: 403,
    text: '{what}涉及整个小区，而您的数据范围只含其中一部分，请由可看整个小区的人办理',
  },
  'rights.lastAdministrator': {
    status: 409,
    text: '公司至少要有一位在职、不限到期日、可看全部小区的管理员，这是最后一位，没有改动。请先让另一人成为管理员',
  },
  'file.scopeChanged': { status: 403, text: '导出这份文件之后您的数据范围变过，文件不再提供，请重新导出' },
  'file.notFound': { status: 404, text: '文件不存在，或链接已过期，请重新打开' },
  'file.tooLarge': { status: 413, text: '文件太大：上限 {limit}' },
  'file.typeRefused': { status: 422, text: '不支持这种文件（{type}），请上传 {allowed}' },
  'file.missing': { status: 422, text: '请选择要上传的文件' },
  'preference.tooMany': { status: 422, text: '保存的个人设置太多（上限 {most} 项），请先删掉几个常用筛选' },
  'secret.unreadable': {
    status: 409,
    text: '这项内容是用另一把密钥加密的，现在无法读出。请管理员恢复原来的 data.key（或 ANLIN_SECRET_KEY），见手册“隐私”',
  },
  'task.notFound': { status: 404, text: '没有找到这个任务' },
  'task.rightsChanged': {
    status: 403,
    text: '执行期间您的权限或数据范围有变动，任务已停止。已完成的部分有效，可按现在的权限重新执行',
  },
  'task.notCancellable': { status: 409, text: '任务已经结束，不能再停止' },
  'server.fault': {
    status: 500,
    text: '服务器出错了，操作没有生效。请稍后再试；如仍不行，把编号 {requestId} 告诉管理员',
  },
  'server.busy': { status: 503, text: '服务器正忙，操作没有生效，请稍后再试' },
});

export const platformFail = raiser(platformErrors);
