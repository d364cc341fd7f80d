-- Reports over millions of bills read on both cores.

-- Who sees an allocation, a movement of prepaid money or of a deposit is asked of the receipt, account or deposit above it. Asked row by row
-- the question keeps a scan on one core, also for people who never come to it because they see the whole community. The same rows are now
-- named by sets, found once in a statement and only when a row is met of which a part is seen (ADR 0016).
create function visible_receipt_ids() returns setof uuid language plpgsql stable parallel safe rows 1000 as $$
begin
  return query select r.id from receipt r
    where r.company_id = current_company_id() and r.target_id = any (array(select visible_target_ids()));
end $$;
create function visible_prepaid_account_ids() returns setof uuid language plpgsql stable parallel safe rows 1000 as $$
begin
  return query select p.id from prepaid_account p
    where p.company_id = current_company_id() and p.target_id = any (array(select visible_target_ids()));
end $$;
create function visible_deposit_ids() returns setof uuid language plpgsql stable parallel safe rows 1000 as $$
begin
  return query select d.id from deposit d
    where d.company_id = current_company_id() and d.target_id = any (array(select visible_target_ids()));
end $$;
alter policy community on allocation using ((select sees_all_communities()) or community_id = any ((select whole_community_ids())::uuid[])
  or receipt_id in (select visible_receipt_ids()));
alter policy community on prepaid_movement using ((select sees_all_communities()) or community_id = any ((select whole_community_ids())::uuid[])
  or prepaid_account_id in (select visible_prepaid_account_ids()));
alter policy community on deposit_movement using ((select sees_all_communities()) or community_id = any ((select whole_community_ids())::uuid[])
  or deposit_id in (select visible_deposit_ids()));

-- The journal's documents that are neither bills nor movements of income: few, and added up line by line. Whoever adds documents to the
-- journal adds them here and to `journal_detail`.
create view journal_rest with (security_invoker = true) as
  select e.company_id, e.community_id, e.id as document_id, 'billEdit' as document, e.edited_on as day, x.account, x.sign * e.delta_fen as amount_fen
    from bill_edit e cross join (values ('receivable', 1), ('income', -1)) x (account, sign) where e.delta_fen <> 0
  union all
  select v.company_id, v.community_id, v.id, 'billVoid', v.voided_on, x.account, -x.sign * v.receivable_fen
    from bill_void v cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  select v.company_id, v.community_id, v.id, 'billRestoration', v.restored_on, x.account, x.sign * v.receivable_fen
    from bill_restoration v cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  select d.company_id, d.community_id, d.id, 'billReduction', d.reduced_on, x.account, x.sign * d.amount_fen
    from bill_reduction d cross join lateral (values (d.kind, 1), ('receivable', -1)) x (account, sign) where d.kind <> 'lateFeeWaiver'
  union all
  -- Prepaid given on top, and taken back.
  select p.company_id, p.community_id, p.id, 'prepaidBonus', p.moved_on, x.account, x.sign * p.amount_fen
    from prepaid_movement p left join prepaid_movement o on o.company_id = p.company_id and o.id = p.other_movement_id
    cross join (values ('prepaidBonus', 1), ('prepaid', -1)) x (account, sign)
    where p.kind = 'bonus' or (p.kind in ('reversal', 'restoration') and o.kind = 'bonus')
  union all
  select p.company_id, p.community_id, p.id, 'prepaidMove', p.moved_on, x.account, x.sign * p.amount_fen
    from prepaid_movement p cross join (values ('prepaidTransit', 1), ('prepaid', -1)) x (account, sign) where p.kind in ('moveIn', 'moveOut')
  union all
  select d.company_id, d.community_id, d.id, 'depositForfeit', d.moved_on, x.account, x.sign * d.amount_fen
    from deposit_movement d cross join (values ('forfeitIncome', 1), ('deposit', -1)) x (account, sign) where d.kind = 'forfeit'
  union all
  select d.company_id, d.community_id, d.id, 'depositToPrepaid', d.moved_on, x.account, x.sign * d.amount_fen
    from deposit_movement d cross join (values ('prepaid', 1), ('deposit', -1)) x (account, sign) where d.kind = 'toPrepaid'
  union all
  select s.company_id, s.community_id, s.id, 'channelSettlement', s.booked_on, x.account, x.fen
    from channel_settlement s cross join lateral (values ('channelFee', s.fee_fen), ('payout', s.payout_fen), ('money', -s.fee_fen - s.payout_fen)) x (account, fen)
    where x.fen <> 0;
grant select on journal_rest to anlin_app;

create or replace view journal_line with (security_invoker = true) as
  select b.company_id, b.community_id, b.id as document_id, 'bill' as document, coalesce(b.booked_on, b.period_from) as day, x.account, x.sign * b.receivable_fen as amount_fen
    from bill b cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
  union all
  -- An edit takes the difference from the day the bill was booked to its own.
  select e.company_id, e.community_id, e.bill_id, 'bill', coalesce(b.booked_on, b.period_from), x.account, -x.sign * e.delta_fen
    from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id cross join (values ('receivable', 1), ('income', -1)) x (account, sign)
    where e.delta_fen <> 0
  union all
  select m.company_id, m.community_id, m.document_id, m.kind, m.day, m.source, m.amount_fen from income_movement m
  union all
  select m.company_id, m.community_id, m.document_id, m.kind, m.day, x.account, -x.fen
    from income_movement m cross join lateral (values ('receivable', m.principal_fen), ('lateFeeIncome', m.late_fee_fen), ('prepaid', m.prepaid_fen),
      ('deposit', m.deposit_fen), ('otherIncome', m.other_fen)) x (account, fen) where x.fen <> 0
  union all
  select * from journal_rest;

-- Added up by the trial balance itself, each table in one pass.
drop function journal_sums(uuid, uuid[], date[], date[]);

-- `receipt_invoicing_list` for looking for receipts, counting and adding them up: what may be invoiced is added up of all receipts together
-- instead of asking `receipt_invoiceable_fen` for each, which took 41 s for 212,000 receipts. Who does not see a bill is not told what was
-- paid for it, as there.
create view receipt_invoicing_sums with (security_invoker = true) as
  select r.company_id, r.id, r.received_at as created_at, r.community_id, r.number, r.received_on, r.payer_name, r.target_id, h.building_id,
    coalesce(target_label(h.full_name, k.number, v.plate), '') as target_label, r.total_fen, x.fen as invoiceable_fen, r.invoiced_fen,
    x.fen - r.invoiced_fen as left_fen,
    case when x.fen = 0 then 'nothing' when x.fen <= r.invoiced_fen then 'invoiced' when r.invoiced_fen > 0 then 'partly' else 'none' end as state
  from receipt r
    -- By receipt alone, whose ids are unique: PostgreSQL then leaves the sums out where none is asked for.
    left join (select a.receipt_id, sum(a.principal_fen + a.late_fee_fen)::bigint as fen from allocation a
      where (select sees_all_communities()) or a.community_id = any ((select whole_community_ids())::uuid[]) or a.target_id in (select visible_target_ids())
      group by a.receipt_id) s on s.receipt_id = r.id
    left join (select y.receipt_id, sum(y.fen)::bigint as fen from (
      select o.receipt_id, o.amount_fen as fen from other_income o
      union all
      -- Prepaid given as a bonus, which is below zero where it is used.
      select m.receipt_id, m.bonus_fen from prepaid_movement m
        left join prepaid_movement o on o.company_id = m.company_id and o.id = m.other_movement_id and o.receipt_id = m.receipt_id and o.kind = 'offset'
        where m.receipt_id is not null and m.bonus_fen <> 0
          and (m.kind in ('offset', 'refundIn') or (m.kind in ('reversal', 'restoration') and o.id is not null))) y
      group by y.receipt_id) n on n.receipt_id = r.id
    cross join lateral (select greatest(0, coalesce(s.fen, 0) + coalesce(n.fen, 0)) as fen) x
    left join house h on h.company_id = r.company_id and h.id = r.target_id and r.target_kind = 'house'
    left join parking_space k on k.company_id = r.company_id and k.id = r.target_id and r.target_kind = 'parkingSpace'
    left join vehicle v on v.company_id = r.company_id and v.id = r.target_id and r.target_kind = 'vehicle';
grant select on receipt_invoicing_sums to anlin_app;
