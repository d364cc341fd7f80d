import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { orderColumns, type PaymentOrder } from './order-row.ts';

/**
 * An order a client made, by its key or its id: the same payment asked for twice is one order, with the key of the first time.
 * `prefix` is what all keys of this client begin with; an order of another is not found.
 */
export function findOrderOf(ctx: Context, prefix: string, keyOrId: string): Promise<PaymentOrder | undefined> {
  const key = `${prefix}${keyOrId}`;
  return ctx.tx.first<PaymentOrder>(sql`select ${orderColumns} from payment_order
    where company_id = ${ctx.companyId} and (idempotency_key = ${key} or id::text = ${keyOrId.toLowerCase()})
      and starts_with(idempotency_key, ${prefix})`);
}
