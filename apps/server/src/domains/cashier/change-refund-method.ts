import { paymentFail, platformFail } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface TenderRow {
  id: string;
  payment_method_id: string;
  community_id: string;
  time_zone: string;
}

export interface RefundMethodChange {
  refundId: string;
  /** By which it is given back now. */
  paymentMethodId: string;
  reason: string;
}

/**
 * Gives a refund that was to go through a channel another way, today: by the channel's method the money is back, by the other it is
 * gone. Whoever calls holds the channel's refund locked and knows that it failed. A document of its own, once for each refund.
 * Says the method's name. Errors: reference.notFound (422), payment.refundNotFailed (409), and of the database AN002 when today is closed.
 */
export async function changeRefundMethod(
  ctx: Context,
  { refundId, paymentMethodId, reason }: RefundMethodChange,
): Promise<string> {
  const method = await ctx.tx.first<{ id: string; name: string }>(sql`select id, name from payment_method
    where company_id = ${ctx.companyId} and id = ${paymentMethodId} and is_enabled and source = 'money' and channel is null`);
  if (!method) throw platformFail('reference.notFound', { label: '支付方式' });
  const refund = await ctx.tx.first<{ state: string }>(
    sql`select state from refund where company_id = ${ctx.companyId} and id = ${refundId} for no key update`,
  );
  if (refund?.state !== 'pending') throw paymentFail('payment.refundNotFailed');
  const tenders = await ctx.tx.rows<TenderRow>(sql`
    select t.id, t.payment_method_id, t.community_id, c.time_zone from refund_tender t
    join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id and m.channel is not null
    join community c on c.company_id = t.company_id and c.id = t.community_id
    where t.company_id = ${ctx.companyId} and t.refund_id = ${refundId} order by t.id`);
  for (const tender of tenders) {
    await ctx.tx.run(sql`
      insert into refund_amendment (company_id, id, community_id, refund_id, refund_tender_id, from_method_id, to_method_id, reason, booked_on, amended_at, staff_id)
      values (${ctx.companyId}, ${ctx.newId()}, ${tender.community_id}, ${refundId}, ${tender.id}, ${tender.payment_method_id}, ${method.id}, ${reason},
        ${businessDay(ctx.clock, tender.time_zone).toString()}, ${nowText(ctx)}, ${ctx.actor.id})`);
    await ctx.tx.run(
      sql`update refund_tender set payment_method_id = ${method.id} where company_id = ${ctx.companyId} and id = ${tender.id}`,
    );
  }
  await ctx.tx.run(sql`update refund set state = 'done' where company_id = ${ctx.companyId} and id = ${refundId}`);
  return method.name;
}
