import type { ReconciliationState } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Merchant } from './our-lines.ts';

/** One day of one merchant, under its lock: whoever writes its lines holds it. */
export interface LockedDay extends Merchant {
  id: string;
  communityId: string | null;
  channelId: string;
  /** '2026-03-10' */
  day: string;
  state: ReconciliationState;
  tryCount: number;
  /** When this round of asking for the bill began. */
  askedAt: string;
}

/** Undefined when out of sight. */
export function lockDay(ctx: Context, id: string): Promise<LockedDay | undefined> {
  return ctx.tx.first<LockedDay>(sql`
    select id, community_id as "communityId", channel_id as "channelId", channel_kind as "channelKind", merchant_id as "merchantId", day, state,
      try_count as "tryCount", asked_at as "askedAt"
    from reconciliation where company_id = ${ctx.companyId} and id = ${id} for no key update`);
}
