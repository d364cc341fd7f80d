import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';

export interface AuditFact {
  /** Verb of the glossary with its noun: `house.create`, `receipt.reverse`. */
  action: string;
  targetKind: string;
  targetId: string | null;
  /** What a person calls the target. No phone, no id card. */
  targetLabel?: string;
  communityId?: string | null;
  before?: unknown;
  after?: unknown;
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value, replaceBigint));
const replaceBigint = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** Writes who did what, in the transaction that did it (PLT-12). Callers leave personal data out of before and after. */
export async function recordAudit(ctx: Context, fact: AuditFact): Promise<void> {
  await ctx.tx.run(auditInsert(ctx, fact));
}

/** The same as a statement, for callers that write it beside their document in one round trip (`with … as (insert …)`). */
export function auditInsert(ctx: Context, fact: AuditFact): Sql {
  return sql`insert into audit_entry
    (company_id, id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_label, community_id, before, after, ip, request_id)
    values (${ctx.companyId}, ${ctx.newId()}, ${nowText(ctx)}, ${ctx.actor.kind}, ${ctx.actor.id}, ${ctx.actor.name}, ${fact.action},
      ${fact.targetKind}, ${fact.targetId}, ${fact.targetLabel ?? ''}, ${fact.communityId ?? null}, ${json(fact.before)}, ${json(fact.after)},
      ${ctx.origin.ip}, ${ctx.origin.requestId})`;
}
