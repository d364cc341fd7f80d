/** Words of dunning (PAY-6), by key and as people read them. */

/** Channels by which messages are sent; notices and letters are printed, calls are noted. */
export const dunningChannels = { wechat: '微信', sms: '短信', wecom: '企业微信' } as const;
export type DunningChannel = keyof typeof dunningChannels;

/** What became of a notice: `delivered` and what follows say what the channel answered. */
export const dunningNoticeStates = {
  waiting: '待发送',
  sending: '发送中',
  delivered: '已送达',
  read: '已读',
  failed: '发送失败',
  held: '间隔未到',
  unreachable: '联系不上',
  settled: '已缴清',
} as const;
export type DunningNoticeState = keyof typeof dunningNoticeStates;

/** Why a notice was not sent. */
export const dunningReasons = {
  limited: '间隔未到',
  noBalance: '短信余量不足',
  channelOff: '渠道没有启用',
  noResident: '没有在住的住户',
  noPhone: '住户没有手机号',
  notFollowing: '住户没有关注公众号，也没有订阅小程序',
  notInWecom: '住户没有登记企业微信',
  formerOwner: '是原业主的欠费，不发给现住户',
  settled: '已缴清或正在代扣',
  stopped: '发送被停止',
} as const;
export type DunningReason = keyof typeof dunningReasons;

/** State of a household's channel in the present month. */
export const dunningMonthStates = {
  none: '本月未发',
  sending: '发送中',
  delivered: '已送达',
  read: '已读',
  failed: '失败',
} as const;

/** The same over all channels. */
export const dunningTold = { none: '本月未发', unread: '已发未读', read: '已读', failed: '发送失败' } as const;

/** How far arrears have gone; the days of the three letters are the company's. */
export const arrearsStages = {
  notDue: '未到期',
  overdue: '已逾期',
  first: '应发提醒函',
  second: '应发催告函',
  third: '应发最后通知',
} as const;

/** The three letters, of rising firmness, with the kind of paper each is. */
export const dunningLetters = {
  first: { label: '提醒函', printType: 'arrearsReminder' },
  second: { label: '催告函', printType: 'arrearsDemand' },
  third: { label: '最后通知', printType: 'arrearsFinal' },
} as const;
export type DunningLetter = keyof typeof dunningLetters;
export const dunningLetterNames = { first: '提醒函', second: '催告函', third: '最后通知' } as const;

export const callOutcomes = {
  promised: '承诺缴费',
  noAnswer: '无人接听',
  refused: '拒绝缴费',
  disputed: '对账单有异议',
  wrongNumber: '号码有误',
  other: '其他',
} as const;
export type CallOutcome = keyof typeof callOutcomes;

/** When a plan asks. */
export const dunningMoments = {
  beforeDue: '到期前若干天',
  onDue: '到期当天',
  afterDue: '逾期后每隔若干天',
  monthStart: '每月第一天',
  monthEnd: '每月最后一天',
} as const;
export type DunningMoment = keyof typeof dunningMoments;

/** Who of a household is told by WeChat and WeCom. */
export const dunningAudiences = { residents: '全部在住的住户', owners: '只发业主' } as const;

/** Pieces a short message counts as: one up to 70 characters, beyond that one for every 67. The signature counts. */
export function smsPieces(content: string): number {
  const { length } = [...content];
  return length <= 70 ? 1 : Math.ceil(length / 67);
}
