import { onlineMethodKeys, onlineMethodNames, type PaymentChannelKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * The payment method by which money of a channel is booked; made when it is first needed. It is not enabled: nobody says at the
 * desk that a channel took money, the channel does.
 */
export async function addOnlineMethod(ctx: Context, kind: PaymentChannelKind): Promise<string> {
  const find = () =>
    ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and channel = ${kind}`,
    );
  const known = await find();
  if (known) return known.id;
  const insert = (name: string) =>
    ctx.tx.run(sql`insert into payment_method (company_id, id, key, name, is_enabled, sort_order, channel)
      values (${ctx.companyId}, ${ctx.newId()}, ${onlineMethodKeys[kind]}, ${name}, false, 900, ${kind}) on conflict do nothing`);
  const name = onlineMethodNames[kind];
  await insert(name);
  const made = await find();
  if (made) return made.id;
  // The company has a method of its own by that name.
  await insert(`${name}（渠道）`);
  return (await find())!.id;
}
