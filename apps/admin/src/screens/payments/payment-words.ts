import type { ChannelRefundState, PaymentState } from '@anlin/contract';

export const stateColours: Readonly<Record<PaymentState, string>> = {
  created: 'default',
  paying: 'processing',
  paid: 'success',
  closed: 'default',
  unknown: 'warning',
};

export const refundColours: Readonly<Record<ChannelRefundState, string>> = {
  asking: 'processing',
  waiting: 'processing',
  done: 'success',
  failed: 'error',
  replaced: 'default',
};

const kinds: Readonly<Record<string, string>> = {
  start: '发起',
  callback: '渠道通知',
  query: '查询',
  close: '关闭',
  refund: '退款',
  refundQuery: '查询退款',
  booking: '入账',
  staff: '人工处理',
};

const outcomes: Readonly<Record<string, string>> = {
  parameters: '已受理',
  redirect: '已受理',
  form: '已受理',
  qr: '已生成二维码',
  waiting: '等待付款人',
  paid: '已付款，入账',
  unbooked: '已付款，没有入账',
  knownAlready: '已知道，没有改变',
  followed: '接着付清了账单',
  followedShort: '没有全部接着付清',
  mismatch: '不符，没有入账',
  doubled: '又付了一次，没有入账',
  refused: '被拒绝',
  silent: '没有应答',
  failed: '失败',
  closed: '已关闭',
  missing: '渠道没有这笔订单',
  asked: '已提交',
  done: '完成',
  surplus: '多收退回',
  refundRepeated: '重新发起退款',
  refundReplaced: '改用其他方式退',
  refundedTwice: '可能退了两次',
  acknowledge: '标为已处理',
  return: '原路退回',
  book: '重新入账',
};

/** 渠道通知：已付款，入账 */
export const eventText = (kind: string, outcome: string): string =>
  `${kinds[kind] ?? kind}：${outcomes[outcome] ?? outcome}`;
