import { defineErrors, raiser } from '../errors.ts';

export const officialAccountErrors = defineErrors({
  'officialAccount.refused': { status: 401, text: '消息的签名、时间或公众号设置不对，没有处理' },
  'officialAccount.badField': { status: 422, text: '“{field}”不对：{reason}' },
  'officialAccount.fieldMissing': { status: 422, text: '启用前请填写{fields}' },
  'officialAccount.noChannel': {
    status: 409,
    text: '还没有填写{account}的 AppID 和 AppSecret。请先到“系统 · 消息渠道”设置“{account}”',
  },
  'officialAccount.noSite': {
    status: 409,
    text: '还没有填写本系统的网址，链接到住户端的菜单和回复无法打开。请先在“绑定”中填写',
  },
  'officialAccount.refusedByWechat': { status: 422, text: '微信没有接受：{reason}' },
  'officialAccount.silent': { status: 503, text: '微信没有在限定时间内应答，不知道是否成功。请稍后查看，再试一次' },
  'officialMenu.invalid': { status: 422, text: '菜单有 {count} 处不符合微信的规定：{first}' },
  'officialMenu.odd': { status: 422, text: '微信上的菜单读不懂，没有替换草稿。请在本页重新编辑' },
  'officialReply.taken': { status: 409, text: '“{moment}”已经设置过了，请修改原来的一条' },
  'officialReply.noKeyword': { status: 422, text: '请至少填写一个关键词' },
  'officialReply.tooLong': { status: 422, text: '回复连同链接超过了微信的 2048 字节（约 680 个汉字），请缩短' },
  'officialReply.tooMany': { status: 409, text: '关键词回复最多 {most} 条，请先删除不用的' },
  'officialTemplate.unknownEvent': { status: 422, text: '没有这种发给住户的通知' },
  'officialTemplate.unknownTemplate': {
    status: 422,
    text: '没有这个模板。请先“从微信同步模板”，再从列表中选择',
  },
  'officialTemplate.badFields': { status: 422, text: '模板“{title}”没有字段 {field}，请重新选择' },
  'officialTemplate.emptyField': { status: 422, text: '请选择“{field}”填什么：微信不接受空着的字段' },
  'officialTemplate.notMapped': { status: 409, text: '这种通知还没有选择模板，无法试发' },
  'subscriber.none': { status: 409, text: '这位住户已经没有可用的订阅次数，请对方在小程序里再开启一次' },
  'officialFollower.left': { status: 409, text: '这个人已取消关注，收不到消息' },
});

export const officialAccountFail = raiser(officialAccountErrors);
