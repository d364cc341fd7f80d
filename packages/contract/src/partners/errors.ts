import { defineErrors, raiser } from '../errors.ts';

export const partnerErrors = defineErrors({
  'open.signatureMissing': {
    status: 401,
    text: '请求没有签名：缺少请求头 {header}。签名方法见“开放平台 · 接口说明”',
  },
  'open.signatureWrong': {
    status: 401,
    text: '密钥编号或签名不对。请按接口说明重新计算：方法、路径、查询串、时间戳、随机串、正文的 SHA-256，各占一行',
  },
  'open.clockSkew': {
    status: 401,
    text: '请求的时间戳与服务器相差超过 {limit} 秒（服务器时间 {now}）。请校准发出请求的机器的时钟',
  },
  'open.replayed': { status: 401, text: '这个随机串刚用过，请求没有执行。每次请求（包括重试）都要换一个新的随机串' },
  'open.keyEnded': { status: 401, text: '这个密钥已停用、已到期，或授权已被收回。请联系物业公司取得新的密钥' },
  'open.addressRefused': { status: 403, text: '地址 {address} 不在这个密钥允许的来源地址中。请联系物业公司添加' },
  'open.scopeMissing': { status: 403, text: '这个密钥没有“{scope}”的权限。请联系物业公司授权' },
  'open.tooMany': {
    status: 429,
    text: '请求太频繁：每分钟最多 {limit} 次，请 {seconds} 秒后再试（见响应头 Retry-After）',
  },
  'open.statementsOff': {
    status: 403,
    text: '“{community}”没有打开“允许财务软件获取银行流水”。请物业公司在“开放平台”中打开',
  },
  'open.idempotencyKeyMissing': {
    status: 400,
    text: '缺少请求头 Idempotency-Key：请为每批数据生成一个不重复的编号（8 至 100 位），重试时用同一个',
  },
  'open.idempotencyKeyReused': {
    status: 409,
    text: 'Idempotency-Key {key} 已用于另一个请求（内容不同），没有执行。内容有变时请换一个编号',
  },
  'open.badCursor': { status: 422, text: '游标不对：请原样使用上一页返回的 nextCursor，首次请求不带游标' },
  'partnerGrant.notAsked': { status: 422, text: '应用没有申请“{scope}”，不能授予。请先修改应用所需的权限' },
  'partnerGrant.standing': {
    status: 409,
    text: '“{community}”已授权这个应用。要改权限，请先收回再重新授权（原密钥随之失效）',
  },
  'partnerGrant.revoked': { status: 409, text: '授权已收回，不能再操作。请在“应用广场”重新授权' },
  'partnerKey.scopeNotGranted': { status: 422, text: '小区没有授予“{scope}”，密钥不能带这项权限' },
  'partnerKey.ended': { status: 409, text: '这个密钥已停用或已到期，不能再操作。请新建密钥' },
  'partnerKey.tooMany': { status: 409, text: '同一个授权最多同时有 {most} 个有效的密钥，请先停用不用的' },
  'partnerKey.badAddress': { status: 422, text: '“{address}”不是 IP 地址或网段。请写成 203.0.113.8 或 203.0.113.0/24' },
  'partnerKey.badEnd': { status: 422, text: '时间须在现在之后、{days} 天之内' },
  'webhook.badUrl': { status: 422, text: '推送地址不能使用：{reason}' },
  'webhook.eventNotGranted': { status: 422, text: '推送“{event}”须先授予“{scope}”' },
  'webhook.tooMany': { status: 409, text: '同一个授权最多 {most} 个推送地址' },
  'webhook.notResendable': { status: 409, text: '这条推送{state}，不能重发' },
});

export const partnerFail = raiser(partnerErrors);
