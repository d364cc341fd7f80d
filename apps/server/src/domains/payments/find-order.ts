import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { orderColumns, type PaymentOrder } from './order-row.ts';

/** The order a client made with its key; undefined when there is none in sight. */
export function findOrderByKey(ctx: Context, idempotencyKey: string): Promise<PaymentOrder | undefined> {
  return ctx.tx.first<PaymentOrder>(sql`select ${orderColumns} from payment_order
    where company_id = ${ctx.companyId} and idempotency_key = ${idempotencyKey}`);
}
