import { defineErrors, raiser } from '../errors.ts';

export const organisationErrors = defineErrors({
  'setup.done': { status: 409, text: '这里已经创建过物业公司，不能再次初始化。请直接登录' },
  'setup.codeWrong': {
    status: 403,
    text: '初始化码不对。它显示在启动安邻的窗口里（形如 abcd-2345-xyz9），请核对后再试',
  },
  'department.exists': { status: 409, text: '“{parent}”下已有叫“{name}”的部门，请换一个名称' },
  'department.cycle': { status: 409, text: '不能把“{name}”移到它自己或它的下级部门里，请另选上级' },
  'department.tooDeep': { status: 422, text: '部门最多 {limit} 级，请减少层级' },
  'department.notEmpty': {
    status: 409,
    text: '“{name}”及其下级部门里还有 {count} 人（{people}），不能删除。请先把他们调到其他部门',
  },
  'staff.phoneTaken': { status: 409, text: '手机号 {phone} 已属于本公司的员工“{name}”，一个手机号只能登记一位员工' },
  'staff.wecomUserTaken': {
    status: 409,
    text: '企业微信账号“{wecomUserId}”已是“{name}”的，请核对，或先从那位员工的资料里去掉',
  },
  'staff.numberTaken': { status: 409, text: '工号“{number}”已被“{name}”使用，请换一个' },
  'staff.notOneself': { status: 409, text: '不能停用自己的账号，请由其他管理员操作' },
  'staff.lastAdministrator': {
    status: 409,
    text: '这样做以后公司就没有能管理员工的在职人员了。请先让另一位员工成为管理员（不设到期日），再操作',
  },
  'staff.higherRights': { status: 403, text: '“{name}”有您没有的权限，只能由权限不低于他的人操作' },
  'staff.worksElsewhere': {
    status: 409,
    text: '“{name}”的账号还属于另一家公司，密码只能由本人登录后自行修改',
  },
  'wecom.notSet': {
    status: 409,
    text: '还没有启用企业微信。请先在“消息渠道”的“企业微信”中填写企业 ID 和应用 Secret 并启用，再同步',
  },
  'wecom.secretWrong': {
    status: 422,
    text: '企业微信不认可企业 ID 或应用 Secret（{answer}）。请在“消息渠道”的“企业微信”中核对后再试，没有改动任何资料',
  },
  'wecom.noPermission': {
    status: 422,
    text: '应用没有读取通讯录的权限（{answer}）。请在企业微信后台的应用详情页设置“可见范围”，并把本服务器加入“企业可信IP”，没有改动任何资料',
  },
  'wecom.limited': {
    status: 503,
    text: '企业微信限制了调用次数（{answer}），没有改动任何资料。请过一小时再试',
  },
  'wecom.unreachable': { status: 503, text: '读取企业微信通讯录时{reason}，没有改动任何资料。请检查网络后再试' },
  'wecom.refused': { status: 422, text: '企业微信没有给出通讯录（{answer}），没有改动任何资料' },
  'wecom.empty': {
    status: 422,
    text: '企业微信通讯录里没有读到任何员工，没有改动任何资料。请在企业微信后台检查应用的“可见范围”',
  },
  'wecom.noComparison': { status: 404, text: '没有这次比对的结果，可能已经同步过。请重新“从企业微信同步”' },
  'wecom.planChanged': {
    status: 409,
    text: '比对之后员工或部门有变化，没有改动任何资料。请重新查看将要同步的内容，再确认一次',
  },
  'staff.oneself': { status: 409, text: '要改自己的密码，请用右上角的“修改密码”' },
});

export const organisationFail = raiser(organisationErrors);
