import {
  type AgreementEnder,
  agreementEnders,
  type Channel,
  channelKinds,
  type DeductionFailure,
  type DunningChannel,
  deductionFailures,
  duePagePath,
  type PaymentChannelKind,
} from '@anlin/contract';
import type { SharePurpose } from '../links/share-token.ts';

/** Where something happened. A place narrows who is told: 接收范围 and each person's data scope. */
export interface Place {
  communityId: string;
  buildingId?: string | null;
  /** Its building need not be given. */
  houseId?: string | null;
}

/** Residents by name, the present owners of a house, or the phone for which something was asked. */
export type ConcernedResidents =
  | { residentIds: readonly string[] }
  | { ownersOfHouseId: string }
  | { phoneOfCodeId: string }
  /** Whoever handed in an application and is nobody's resident yet. */
  | { phoneOfApplicationId: string };

export interface EventText {
  title: string;
  /** Empty when the title says all. */
  body: string;
  /** Address within the back office, or empty. */
  link: string;
}

type StaffChannel = Extract<Channel, 'inApp' | 'sms' | 'email' | 'wecom'>;
type ResidentChannel = Extract<Channel, 'sms' | 'wechat' | 'miniProgram'>;

/** A page behind a link of its own, put into a message when it is handed over: the token stands nowhere before. */
export interface MessagePage {
  purpose: SharePurpose;
  linkId: string;
  /** Address of the page for its token. */
  addressOf(token: string): string;
}

/** Everything about one kind of event in one place: what it carries, what it says, and who is told unless a company says otherwise. */
export interface EventKind<Payload> {
  /** 收据撤销 */
  name: string;
  /** Chapter of the settings page. */
  group: string;
  /** When it happens, in one Chinese line. */
  help: string;
  /** What it says to a person of the staff. */
  text(payload: Payload): EventText;
  /** What it says to a resident; default: the same without the link. */
  residentText?(payload: Payload): Omit<EventText, 'link'>;
  /** What providers' templates can show, by Chinese name. */
  facts(payload: Payload): Readonly<Record<string, string>>;
  /** Staff whom it concerns by itself, and what they are called on the settings page. */
  personal?: { label: string; staffIds(payload: Payload): readonly string[]; channels: readonly StaffChannel[] };
  /** Residents whom it concerns. */
  residents?: {
    label: string;
    of(payload: Payload): ConcernedResidents;
    channels: readonly ResidentChannel[];
    /** Kept in their own client as well, whatever the channels. */
    hasInbox?: boolean;
    /** The channels whoever made the event chose, whatever the company set; the first that takes it. */
    chosen?(payload: Payload): readonly (DunningChannel | ResidentChannel)[];
  };
  place?(payload: Payload): Place | null;
  /** Not for the settings page: a code asked for, a test. */
  isInternal?: boolean;
  /** Internal, and yet sent by templates of providers. */
  hasTemplate?: boolean;
  /** The page its messages open, from their facts; null where there is none. */
  page?(facts: Readonly<Record<string, string>>): MessagePage | null;
  /** After that it is of no use and given up. */
  validMinutes?: number;
}

/** Keeps the payload's type with the kind. */
const defineEvent = <Payload>(kind: EventKind<Payload>): EventKind<Payload> => kind;

const yuan = (fen: string) => `${fen.padStart(3, '0').slice(0, -2)}.${fen.padStart(3, '0').slice(-2)}`;

const approvalResults = { approved: '审批已通过', rejected: '审批被驳回', invalid: '审批已失效' } as const;

const backupNames = { scheduled: '自动备份', manual: '手动备份', verification: '备份校验', log: '保留日志' } as const;

/** Every kind of event. The settings page, the templates, the inbox and the log are drawn from this table. */
export const eventKinds = {
  'task.finished': defineEvent<{
    taskId: string;
    staffId: string;
    title: string;
    state: 'done' | 'failed' | 'cancelled';
    error: string | null;
  }>({
    name: '后台任务结束',
    group: '系统',
    help: '导入、导出、生成账单等后台任务完成、失败或被停止时',
    text: ({ title, state, error }) => ({
      title: state === 'done' ? `${title}已完成` : state === 'cancelled' ? `${title}已停止` : `${title}失败`,
      body: error ?? '',
      link: '/system/tasks',
    }),
    facts: ({ title, state, error }) => ({
      任务: title,
      结果: { done: '完成', failed: '失败', cancelled: '已停止' }[state],
      原因: error ?? '无',
    }),
    personal: { label: '发起任务的人', staffIds: ({ staffId }) => [staffId], channels: ['inApp'] },
  }),
  'backup.failed': defineEvent<{
    staffIds: readonly string[];
    kind: 'scheduled' | 'manual' | 'verification' | 'log';
    reason: string;
  }>({
    name: '备份失败',
    group: '系统',
    help: '自动备份、手动备份、校验没有完成，或日志没有保留下来时；只通知最早开通的公司',
    text: ({ kind, reason }) => ({ title: `${backupNames[kind]}失败`, body: reason, link: '/system/backup' }),
    facts: ({ kind, reason }) => ({ 事项: backupNames[kind], 原因: reason }),
    personal: { label: '管理备份的人', staffIds: ({ staffIds }) => staffIds, channels: ['inApp'] },
  }),
  'disk.low': defineEvent<{ staffIds: readonly string[]; folder: string; free: string }>({
    name: '磁盘空间不足',
    group: '系统',
    help: '服务器磁盘快满时，每天一次；只通知最早开通的公司',
    text: ({ folder, free }) => ({
      title: '服务器磁盘空间不足',
      body: `${folder} 所在的磁盘只剩 ${free}。满了以后将无法收款和保存，请尽快清理或扩容。`,
      link: '/system/backup',
    }),
    facts: ({ folder, free }) => ({ 文件夹: folder, 剩余: free }),
    personal: { label: '管理备份的人', staffIds: ({ staffIds }) => staffIds, channels: ['inApp'] },
  }),
  'receipt.taken': defineEvent<{
    receiptId: string;
    communityId: string;
    totalFen: string;
    /** Absent in events written before residents could be told. */
    number?: string;
    targetKind?: string;
    targetId?: string;
  }>({
    name: '收款',
    group: '收款',
    help: '收银台收到一笔款、开出收据时',
    text: ({ number, totalFen }) => ({
      title: `收款 ${yuan(totalFen)} 元`,
      body: number ? `收据 ${number}` : '',
      link: number ? `/cashier/receipts?q=${number}` : '/cashier/receipts',
    }),
    residentText: ({ number, totalFen }) => ({
      title: '缴费成功',
      body: `已收到您的缴费 ${yuan(totalFen)} 元${number ? `，收据号 ${number}` : ''}。`,
    }),
    facts: ({ number, totalFen }) => ({ 金额: yuan(totalFen), 收据号: number ?? '' }),
    residents: {
      label: '所缴房屋的业主',
      of: ({ targetKind, targetId }) =>
        targetKind === 'house' && targetId ? { ownersOfHouseId: targetId } : { residentIds: [] },
      channels: [],
    },
    place: ({ communityId, targetKind, targetId }) => ({
      communityId,
      houseId: targetKind === 'house' ? (targetId ?? null) : null,
    }),
  }),
  'invoice.issued': defineEvent<{
    invoiceId: string;
    communityId: string;
    number: string;
    /** Without its sign. */
    totalFen: string;
    isRed: boolean;
    houseId: string | null;
    /** The provider's page of the invoice; empty where it gave none. */
    url: string;
  }>({
    name: '电子发票开具',
    group: '收款',
    help: '开票服务商开出一张电子发票（或红字发票）时，以及员工点“发送”时',
    text: ({ number, totalFen, isRed }) => ({
      title: `${isRed ? '红字发票' : '发票'} ${yuan(totalFen)} 元已开具`,
      body: `号码 ${number}`,
      link: `/finance/invoices?q=${number}`,
    }),
    residentText: ({ number, totalFen, isRed, url }) => ({
      title: isRed ? '发票已红冲' : '电子发票已开具',
      body: `${isRed ? '红字发票' : '您的电子发票'} ${yuan(totalFen)} 元，号码 ${number}${url ? `，查看：${url}` : ''}。`,
    }),
    facts: ({ number, totalFen, isRed }) => ({ 发票号码: number, 金额: yuan(totalFen), 类型: isRed ? '红字' : '蓝字' }),
    residents: {
      label: '所缴房屋的业主',
      of: ({ houseId }) => (houseId ? { ownersOfHouseId: houseId } : { residentIds: [] }),
      channels: [],
    },
    place: ({ communityId, houseId }) => ({ communityId, houseId }),
  }),
  'deduction.planned': defineEvent<{
    agreementId: string;
    communityId: string;
    residentId: string;
    targetName: string;
    plannedOn: string;
    amountFen: string;
    channelKind: PaymentChannelKind;
  }>({
    name: '自动扣款预告',
    group: '收款',
    help: '自动缴费的住户将被扣款之前；提前多久在“代扣签约”的扣款计划中设置',
    text: ({ targetName, plannedOn, amountFen }) => ({
      title: `${targetName}将自动扣款 ${yuan(amountFen)} 元`,
      body: `扣款日 ${plannedOn}`,
      link: `/cashier/payment-agreements?tab=deductions&q=${encodeURIComponent(targetName)}`,
    }),
    residentText: ({ targetName, plannedOn, amountFen, channelKind }) => ({
      title: '自动扣款预告',
      body: `${targetName}将于 ${plannedOn} 从您的${channelKinds[channelKind]}自动扣款约 ${yuan(amountFen)} 元，请留足余额。不想自动扣款可在“自动缴费”中解约。`,
    }),
    facts: ({ targetName, plannedOn, amountFen, channelKind }) => ({
      房屋: targetName,
      扣款日: plannedOn,
      金额: yuan(amountFen),
      渠道: channelKinds[channelKind],
    }),
    residents: {
      label: '签约的住户',
      of: ({ residentId }) => ({ residentIds: [residentId] }),
      channels: ['wechat', 'miniProgram'],
    },
    place: ({ communityId }) => ({ communityId }),
  }),
  'deduction.failed': defineEvent<{
    agreementId: string;
    communityId: string;
    residentId: string;
    targetName: string;
    failure: DeductionFailure;
    amountFen: string;
    /** The day of the next try; empty after the last one. */
    nextOn: string;
  }>({
    name: '自动扣款失败',
    group: '收款',
    help: '一次自动扣款没有扣到钱时：说明原因，以及哪天再扣',
    text: ({ targetName, amountFen, failure, nextOn }) => ({
      title: `${targetName}自动扣款 ${yuan(amountFen)} 元失败：${deductionFailures[failure]}`,
      body: nextOn === '' ? '不再自动重试' : `${nextOn} 再扣一次`,
      link: '/cashier/payment-agreements?tab=deductions&open=failed',
    }),
    residentText: ({ targetName, amountFen, failure, nextOn }) => ({
      title: '自动扣款没有成功',
      body: `${targetName}自动扣款 ${yuan(amountFen)} 元没有成功：${deductionFailures[failure]}。${nextOn === '' ? '请自行缴费。' : `${nextOn} 将再扣一次，也可以现在自行缴费。`}`,
    }),
    facts: ({ targetName, amountFen, failure, nextOn }) => ({
      房屋: targetName,
      金额: yuan(amountFen),
      原因: deductionFailures[failure],
      下次扣款日: nextOn === '' ? '无' : nextOn,
    }),
    residents: {
      label: '签约的住户',
      of: ({ residentId }) => ({ residentIds: [residentId] }),
      channels: ['wechat', 'miniProgram'],
    },
    place: ({ communityId }) => ({ communityId }),
  }),
  'agreement.ended': defineEvent<{
    agreementId: string;
    communityId: string;
    residentId: string;
    targetName: string;
    by: AgreementEnder;
    reason: string;
  }>({
    name: '自动缴费解约',
    group: '收款',
    help: '住户、物业或支付渠道解除自动缴费，或住户迁出时',
    text: ({ targetName, by, reason }) => ({
      title: `${targetName}的自动缴费已解约`,
      body: `${agreementEnders[by]}${reason === '' ? '' : `：${reason}`}`,
      link: '/cashier/payment-agreements',
    }),
    residentText: ({ targetName, by, reason }) => ({
      title: '自动缴费已解约',
      body: `${targetName}的自动缴费已解约（${agreementEnders[by]}${reason === '' ? '' : `：${reason}`}），不会再自动扣款。`,
    }),
    facts: ({ targetName, by }) => ({ 房屋: targetName, 解约方: agreementEnders[by] }),
    residents: {
      label: '签约的住户',
      of: ({ residentId }) => ({ residentIds: [residentId] }),
      channels: ['wechat', 'miniProgram'],
    },
    place: ({ communityId }) => ({ communityId }),
  }),
  'receipt.reversed': defineEvent<{
    receiptId: string;
    communityId: string;
    totalFen: string;
    /** Null: an automatic offset, which is nobody's. */
    cashierStaffId: string | null;
    number: string;
    reason: string;
  }>({
    name: '收据撤销',
    group: '收款',
    help: '一张收据被撤销、账单恢复待缴时',
    text: ({ number, reason }) => ({
      title: `收据 ${number} 已撤销`,
      body: `原因：${reason}`,
      link: `/cashier/receipts?q=${number}`,
    }),
    facts: ({ number, totalFen, reason }) => ({ 收据号: number, 金额: yuan(totalFen), 原因: reason }),
    personal: {
      label: '原收款人',
      staffIds: ({ cashierStaffId }) => (cashierStaffId === null ? [] : [cashierStaffId]),
      channels: ['inApp'],
    },
    place: ({ communityId }) => ({ communityId }),
  }),
  'approval.waiting': defineEvent<{
    approvalId: string;
    staffIds: readonly string[];
    title: string;
    requesterName: string;
    reason: string;
  }>({
    name: '待审批',
    group: '审批',
    help: '有人申请须您同意的操作，或把审批转交给您时',
    text: ({ approvalId, title, requesterName, reason }) => ({
      title: `待您审批：${title}`,
      body: `${requesterName} 申请，理由：${reason}`,
      link: `/approvals?id=${approvalId}`,
    }),
    facts: ({ title, requesterName, reason }) => ({ 申请: title, 申请人: requesterName, 理由: reason }),
    personal: { label: '审批人', staffIds: ({ staffIds }) => staffIds, channels: ['inApp'] },
  }),
  'approval.decided': defineEvent<{
    approvalId: string;
    staffId: string;
    title: string;
    state: 'approved' | 'rejected' | 'invalid';
    deciderName: string;
    note: string;
  }>({
    name: '审批结果',
    group: '审批',
    help: '一项申请通过、被驳回或失效时',
    text: ({ approvalId, title, state, deciderName, note }) => ({
      title: `${approvalResults[state]}：${title}`,
      body: state === 'invalid' ? note : `${deciderName}${note === '' ? '' : `：${note}`}`,
      link: `/approvals?view=requested&id=${approvalId}`,
    }),
    facts: ({ title, state, deciderName, note }) => ({
      申请: title,
      结果: approvalResults[state],
      审批人: deciderName,
      意见: note === '' ? '无' : note,
    }),
    personal: { label: '申请人', staffIds: ({ staffId }) => [staffId], channels: ['inApp'] },
  }),
  'signIn.code': defineEvent<{ codeId: string; staffId: string }>({
    name: '登录验证码',
    group: '系统',
    help: '有人获取短信登录验证码时',
    // The code is put in when it is sent: it stands neither in the event nor in the delivery.
    text: () => ({ title: '登录验证码', body: '验证码已隐藏，5 分钟内有效', link: '' }),
    facts: ({ codeId }) => ({ 验证码: codeId, 有效分钟: '5' }),
    personal: { label: '登录人', staffIds: ({ staffId }) => [staffId], channels: ['sms'] },
    isInternal: true,
    hasTemplate: true,
    validMinutes: 5,
  }),
  'bill.dunned': defineEvent<{
    noticeId: string;
    channel: DunningChannel;
    residentIds: readonly string[];
    communityId: string;
    houseId: string | null;
    communityName: string;
    place: string;
    servicePhone: string;
    billCount: number;
    totalFen: string;
    /** The earliest. */
    dueOn: string;
    /** Address for residents; empty: no link. */
    siteUrl: string;
  }>({
    name: '缴费通知',
    group: '收费',
    help: '催缴时发给住户；渠道和间隔在“催缴”中设置',
    text: ({ communityName, place, billCount, totalFen, dueOn, servicePhone }) => ({
      title: '缴费通知',
      body: `${communityName}${place}有 ${billCount} 笔费用待缴，合计 ${yuan(totalFen)} 元，缴费期限 ${dueOn}。${servicePhone === '' ? '' : `咨询电话 ${servicePhone}。`}`,
      link: '',
    }),
    facts: ({ noticeId, communityName, place, billCount, totalFen, dueOn, servicePhone, siteUrl }) => ({
      小区: communityName,
      房屋: place,
      笔数: String(billCount),
      金额: yuan(totalFen),
      期限: dueOn,
      咨询电话: servicePhone,
      网址: siteUrl,
      链接: noticeId,
      链接码: '',
    }),
    residents: {
      label: '房屋的住户',
      of: ({ residentIds }) => ({ residentIds }),
      channels: [],
      // Whoever does not follow the 公众号 may have agreed to it in the mini-program.
      chosen: ({ channel }) => (channel === 'wechat' ? ['wechat', 'miniProgram'] : [channel]),
    },
    place: ({ communityId, houseId }) => ({ communityId, houseId }),
    page: ({ 网址: site = '', 链接: linkId = '' }) =>
      site === '' ? null : { purpose: 'dunning', linkId, addressOf: (token) => `${site}${duePagePath(token)}` },
    isInternal: true,
    hasTemplate: true,
  }),
  'moveInApplication.decided': defineEvent<{
    applicationId: string;
    communityId: string;
    communityName: string;
    /** What was asked for or given; empty where none was named. */
    houseName: string;
    houseId: string | null;
    isApproved: boolean;
    /** Null: a phone that is nobody's yet. */
    residentId: string | null;
    reason: string;
  }>({
    name: '入住申请结果',
    group: '住户',
    help: '住户在手机上提交的入住申请通过或被拒绝时；住户端的消息里总能看到',
    text: ({ isApproved, communityName, houseName, reason }) => ({
      title: `入住申请${isApproved ? '已通过' : '未通过'}：${communityName}${houseName}`,
      body: isApproved ? '' : `原因：${reason}`,
      link: '/estate/move-in-applications',
    }),
    residentText: ({ isApproved, communityName, houseName, reason }) =>
      isApproved
        ? { title: '入住申请已通过', body: `您已登记入住${communityName}${houseName}，登录后即可查账、缴费。` }
        : {
            title: '入住申请没有通过',
            body: `您在${communityName}${houseName}的入住申请没有通过，原因：${reason}。登录后可以改正并重新提交。`,
          },
    facts: ({ isApproved, communityName, houseName, reason }) => ({
      小区: communityName,
      房屋: houseName === '' ? '未指定' : houseName,
      结果: isApproved ? '已通过' : '未通过',
      原因: reason === '' ? '无' : reason,
    }),
    residents: {
      label: '申请人',
      of: ({ residentId, applicationId }) =>
        residentId ? { residentIds: [residentId] } : { phoneOfApplicationId: applicationId },
      channels: ['sms'],
      hasInbox: true,
    },
    place: ({ communityId, houseId }) => ({ communityId, houseId }),
  }),
  'vehicleApplication.decided': defineEvent<{
    applicationId: string;
    communityId: string;
    houseId: string | null;
    plate: string;
    isPassed: boolean;
    residentId: string;
    reason: string;
  }>({
    name: '车辆申请结果',
    group: '住户',
    help: '住户在手机上登记的车辆通过或没有通过审核时；住户端的消息里总能看到',
    text: ({ isPassed, plate, reason }) => ({
      title: `车辆 ${plate} ${isPassed ? '审核通过' : '审核未通过'}`,
      body: isPassed ? '' : `原因：${reason}`,
      link: '/estate/vehicle-applications',
    }),
    residentText: ({ isPassed, plate, reason }) => ({
      title: isPassed ? '车辆登记已通过' : '车辆登记没有通过',
      body: isPassed
        ? `${plate} 已登记在您的名下。`
        : `${plate} 没有通过审核，原因：${reason}。登录后可以改正并重新提交。`,
    }),
    facts: ({ isPassed, plate, reason }) => ({
      车牌: plate,
      结果: isPassed ? '已通过' : '未通过',
      原因: reason === '' ? '无' : reason,
    }),
    residents: {
      label: '申请人',
      of: ({ residentId }) => ({ residentIds: [residentId] }),
      channels: ['sms'],
      hasInbox: true,
    },
    place: ({ communityId, houseId }) => ({ communityId, houseId }),
  }),
  'household.code': defineEvent<{ codeId: string }>({
    name: '住户登录验证码',
    group: '系统',
    help: '有人在住户端获取登录验证码时',
    // As above: the code stands neither in the event nor in the delivery.
    text: () => ({ title: '登录验证码', body: '验证码已隐藏，5 分钟内有效', link: '' }),
    facts: ({ codeId }) => ({ 验证码: codeId, 有效分钟: '5' }),
    residents: { label: '登录人', of: ({ codeId }) => ({ phoneOfCodeId: codeId }), channels: ['sms'] },
    isInternal: true,
    validMinutes: 5,
  }),
  'channel.tested': defineEvent<{ staffId: string }>({
    name: '渠道测试',
    group: '系统',
    help: '在“消息渠道”中发测试消息时',
    text: () => ({ title: '测试消息', body: '收到这条消息，说明渠道设置正确。', link: '' }),
    facts: () => ({ 内容: '测试消息' }),
    isInternal: true,
  }),
} as const;

type EventKinds = typeof eventKinds;
export type EventName = keyof EventKinds;

/** What each kind carries. */
export type OutboxEvents = { [K in EventName]: EventKinds[K] extends EventKind<infer Payload> ? Payload : never };

/** The kind of a name that came from the database or the wire; undefined when this version does not know it. */
export function findEventKind(name: string): EventKind<unknown> | undefined {
  return (eventKinds as unknown as Readonly<Record<string, EventKind<unknown>>>)[name];
}

/** Kinds a company may set, in the order of the table. */
export function settableKinds(): [name: string, kind: EventKind<unknown>][] {
  return Object.keys(eventKinds).flatMap((name) => {
    const kind = findEventKind(name)!;
    return kind.isInternal ? [] : [[name, kind] as [string, EventKind<unknown>]];
  });
}

export function eventName(name: string): string {
  return findEventKind(name)?.name ?? name;
}
