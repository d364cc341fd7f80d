import type { FileEventKind, Permission } from '@anlin/contract';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';

/**
 * What a file is about: houses, parking spaces and vehicles with the days that count, as rows `s (target_id, from_day, to_day)`; and
 * the person, where it is one's.
 */
export interface FileScope {
  companyId: string;
  /** Table expression of `s`. */
  targets: Sql;
  residentId: string | null;
  houseId: string | null;
}

/**
 * One kind of thing that happened. Its statement gives the columns, in this order: id uuid, at timestamptz, day date,
 * community_id uuid, place text, title text, detail text, amount_fen bigint, link_kind text, link_id uuid.
 */
export interface FileSource {
  kind: FileEventKind;
  /** Needed besides the right to see the person or the house. */
  permission: Permission | null;
  select(scope: FileScope): Sql;
}

const personOrHouse = (scope: FileScope) =>
  scope.residentId !== null ? sql`o.resident_id = ${scope.residentId}` : sql`o.house_id = ${scope.houseId}`;

const roleText = sql`case o.role when 'owner' then '业主本人' when 'family' then '亲属' when 'tenant' then '租客' when 'friend' then '朋友'
  when 'nanny' then '保姆' when 'colleague' then '同事' when 'driver' then '司机' when 'employee' then '员工' when 'renovator' then '装修人员' else '其他' end`;

const targetName = sql`coalesce(ct.label, '')`;
const targetJoin = (alias: Sql) =>
  sql`left join charge_target ct on ct.company_id = ${alias}.company_id and ct.id = ${alias}.target_id`;

const moveIns: FileSource = {
  kind: 'moveIn',
  permission: 'resident.view',
  select: (
    scope,
  ) => sql`select o.id, o.created_at, o.moved_in_on, o.community_id, h.full_name, r.name || '以' || ${roleText} || '身份迁入',
      case when o.valid_until is null then '' else '有效期至 ' || to_char(o.valid_until, 'YYYY-MM-DD') end, null::bigint, 'resident', o.resident_id
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${scope.companyId} and ${personOrHouse(scope)}`,
};

const moveOuts: FileSource = {
  kind: 'moveOut',
  permission: 'resident.view',
  select: (scope) => sql`select o.id, o.updated_at, o.moved_out_on, o.community_id, h.full_name, r.name || '迁出',
      o.move_out_reason, null::bigint, 'resident', o.resident_id
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${scope.companyId} and ${personOrHouse(scope)} and o.moved_out_on is not null`,
};

const bills: FileSource = {
  kind: 'bill',
  permission: 'bill.view',
  select: (
    scope,
  ) => sql`select b.id, b.raised_at, b.period_from, b.community_id, ${targetName}, i.name || ' ' || to_char(b.period_from, 'YYYY-MM-DD') || ' 至 '
      || to_char(b.period_to - 1, 'YYYY-MM-DD'),
      case when b.voided_at is not null then '已作废' when b.outstanding_fen = 0 and b.receivable_fen > 0 and b.received_fen = b.refunded_fen then '已减免'
        when b.outstanding_fen = 0 then '已缴清' else '未收 ' || to_char(b.outstanding_fen / 100.0, 'FM999999999990.00') || ' 元' end,
      b.receivable_fen, 'bill', b.id
    from ${scope.targets} join bill b on b.company_id = ${scope.companyId} and b.target_id = s.target_id and b.period_from < s.to_day and b.period_to > s.from_day
      join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id ${targetJoin(sql`b`)}`,
};

const payments: FileSource = {
  kind: 'payment',
  permission: 'receipt.view',
  select: (scope) => sql`select r.id, r.received_at, r.received_on, r.community_id, ${targetName}, '收款 ' || r.number,
      concat_ws('，', case when r.reversed_at is not null then '已撤销' end, nullif('付款人 ' || r.payer_name, '付款人 '), nullif(r.note, '')), r.total_fen, 'receipt', r.id
    from ${scope.targets} join receipt r on r.company_id = ${scope.companyId} and r.target_id = s.target_id and r.received_on >= s.from_day and r.received_on < s.to_day
      ${targetJoin(sql`r`)}`,
};

const reversals: FileSource = {
  kind: 'reversal',
  permission: 'receipt.view',
  select: (
    scope,
  ) => sql`select v.id, v.reversed_at, v.reversed_on, v.community_id, ${targetName}, '撤销收款 ' || r.number, v.reason, -r.total_fen, 'receipt', r.id
    from ${scope.targets} join receipt r on r.company_id = ${scope.companyId} and r.target_id = s.target_id and r.received_on >= s.from_day and r.received_on < s.to_day
      join receipt_reversal v on v.company_id = r.company_id and v.receipt_id = r.id ${targetJoin(sql`r`)}`,
};

// Of a person, what they were sent themselves.
const dunned: FileSource = {
  kind: 'dunning',
  permission: 'dunning.view',
  select: (
    scope,
  ) => sql`select n.id, n.sent_at, n.day, n.community_id, ${targetName}, case n.channel when 'wechat' then '微信' when 'sms' then '短信' else '企业微信' end || '催缴',
      case when n.read_at is not null then '已读' when n.delivered_count > 0 then '已送达' when n.failed_count > 0 then '失败：' || n.fail_reason else '发送中' end,
      n.principal_fen + n.late_fee_fen, 'house', case n.target_kind when 'house' then n.target_id end
    from ${scope.targets} join dunning_notice n on n.company_id = ${scope.companyId} and n.target_id = s.target_id and n.day >= s.from_day and n.day < s.to_day
      ${targetJoin(sql`n`)}
    where n.state = 'sent' ${scope.residentId === null ? empty : sql`and ${scope.residentId}::uuid = any (n.recipient_ids)`}`,
};

const letters: FileSource = {
  kind: 'dunning',
  permission: 'dunning.view',
  select: (
    scope,
  ) => sql`select t.id, t.printed_at, t.printed_on, t.community_id, ${targetName}, case t.level when 1 then '提醒函' when 2 then '催告函' else '最后通知' end,
      '逾期 ' || t.overdue_days || ' 天', t.sum_fen, null::text, null::uuid
    from ${scope.targets} join dunning_letter t on t.company_id = ${scope.companyId} and t.target_id = s.target_id and t.printed_on >= s.from_day
      and t.printed_on < s.to_day ${targetJoin(sql`t`)}`,
};

const bindings: FileSource = {
  kind: 'binding',
  permission: 'standardBinding.view',
  select: (
    scope,
  ) => sql`select b.id, b.created_at, b.starts_on, b.community_id, ${targetName}, '绑定' || i.name || '：' || c.name,
      case when b.ends_on is null then '' else '至 ' || to_char(b.ends_on - 1, 'YYYY-MM-DD') end, null::bigint, 'house', b.house_id
    from ${scope.targets} join standard_binding b on b.company_id = ${scope.companyId} and b.target_id = s.target_id
        and b.starts_on < s.to_day and (b.ends_on is null or b.ends_on > s.from_day)
      join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
      join charge_standard c on c.company_id = b.company_id and c.id = b.charge_standard_id ${targetJoin(sql`b`)}`,
};

const applications: FileSource = {
  kind: 'application',
  permission: 'resident.view',
  select: (
    scope,
  ) => sql`select a.id, a.submitted_at, (a.submitted_at at time zone c.time_zone)::date, a.community_id, coalesce(h.full_name, ''), a.name || '申请入住',
      concat_ws('，', case a.state when 'waiting' then '待审核' when 'approved' then '已通过' when 'refused' then '已拒绝' else '仅浏览' end, nullif(a.note, ''),
        nullif(a.refuse_reason, '')), null::bigint, 'resident', a.resident_id
    from move_in_application a join community c on c.company_id = a.company_id and c.id = a.community_id
      left join occupancy o on o.company_id = a.company_id and o.id = a.occupancy_id
      left join house h on h.company_id = a.company_id and h.id = coalesce(o.house_id, a.house_id)
    where a.company_id = ${scope.companyId}
      and ${scope.residentId !== null ? sql`a.resident_id = ${scope.residentId}` : sql`coalesce(o.house_id, a.house_id) = ${scope.houseId}`}`,
};

const invitations: FileSource = {
  kind: 'invitation',
  permission: 'resident.view',
  select: (
    scope,
  ) => sql`select o.id, o.created_at, (o.created_at at time zone c.time_zone)::date, o.community_id, h.full_name, r.name || '邀请' || ${roleText} || '入住',
      case o.state when 'open' then '待接受' when 'accepted' then '已接受' when 'revoked' then '已撤回' else '已过期' end, null::bigint, 'resident', o.inviter_resident_id
    from resident_invitation o join community c on c.company_id = o.company_id and c.id = o.community_id
      join house h on h.company_id = o.company_id and h.id = o.house_id
      join resident r on r.company_id = o.company_id and r.id = o.inviter_resident_id
    where o.company_id = ${scope.companyId}
      and ${scope.residentId !== null ? sql`(o.inviter_resident_id = ${scope.residentId} or o.resident_id = ${scope.residentId})` : sql`o.house_id = ${scope.houseId}`}`,
};

// Highlights: what staff changed or looked at. Moves stand on their own already.
const changes: FileSource = {
  kind: 'audit',
  permission: 'audit.view',
  select: (
    scope,
  ) => sql`select e.id, e.at, (e.at at time zone 'Asia/Shanghai')::date, e.community_id, e.target_label, e.action, e.actor_name,
      null::bigint, null::text, null::uuid
    from audit_entry e where e.company_id = ${scope.companyId} and e.target_id = ${scope.residentId ?? scope.houseId}
      and e.action not in ('occupancy.moveIn', 'occupancy.moveOut')`,
};

/** Everything a file is made of. A domain that comes later (work orders, visits) exports its source and adds it here. */
export const fileSources: readonly FileSource[] = [
  moveIns,
  moveOuts,
  bills,
  payments,
  reversals,
  dunned,
  letters,
  bindings,
  applications,
  invitations,
  changes,
];
