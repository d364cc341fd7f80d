/** What a community can grant an app (PAY-8), with what it says to the person who grants it. */
export const partnerScopes = {
  estate: { label: '读取房产资料', note: '楼宇、房屋、车位、住户（姓名和电话已遮住）' },
  bills: { label: '同步账单', note: '写入、修改、撤回该应用自己的账单；收过款的不能动' },
  payments: { label: '拉取收款', note: '收据、撤销、退款及所付账单' },
  statements: { label: '拉取银行流水', note: '还须打开“允许财务软件获取银行流水”' },
} as const;

export type PartnerScope = keyof typeof partnerScopes;
export const partnerScopeNames = Object.keys(partnerScopes) as [PartnerScope, ...PartnerScope[]];

/**
 * Events that are pushed, and the scope without which they are not. `workOrder.changed` joins them with the domain of work
 * orders: its trigger, one line here and one in `tell-endpoints.ts`.
 */
export const webhookEvents = {
  'bill.paid': { label: '账单收款', scope: 'payments', note: '一张账单收到一笔钱（含部分、冲抵、恢复的收据）' },
  'bill.refunded': { label: '账单退款', scope: 'payments', note: '一张账单的钱被退还，或收据被撤销、作废' },
  'resident.movedIn': { label: '住户入住', scope: 'estate', note: '一位住户入住一套房屋；批量导入不推送' },
} as const satisfies Record<string, { label: string; scope: PartnerScope; note: string }>;

export type WebhookEvent = keyof typeof webhookEvents;
export const webhookEventNames = Object.keys(webhookEvents) as [WebhookEvent, ...WebhookEvent[]];
