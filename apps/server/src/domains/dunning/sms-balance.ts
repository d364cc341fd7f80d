import type { ToDoSource } from '../../platform/console/to-do.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Short messages of a company, in pieces. */
export interface SmsBalance {
  bought: number;
  used: number;
  /** Bought, less used, less what is on its way. */
  left: number;
}

/** A message that nobody answered for is given up within two hours; what is older does not count as on its way. */
const onItsWayHours = 24;

export async function readSmsBalance(ctx: Context): Promise<SmsBalance> {
  const since = ctx.clock.now().subtract({ hours: onItsWayHours }).toString();
  const row = await ctx.tx.first<{ bought: bigint; used: bigint; on_its_way: bigint }>(sql`
    select (select coalesce(sum(pieces), 0)::bigint from sms_package where company_id = ${ctx.companyId}) as bought,
      (select coalesce(sum(pieces), 0)::bigint from sms_usage where company_id = ${ctx.companyId}) as used,
      (select coalesce(sum(sms_pieces), 0)::bigint from dunning_notice where company_id = ${ctx.companyId} and channel = 'sms' and state = 'sent'
        and delivered_count = 0 and failed_count = 0 and sent_at > ${since}) as on_its_way`);
  const [bought, used] = [Number(row!.bought), Number(row!.used)];
  return { bought, used, left: bought - used - Number(row!.on_its_way) };
}

/** Pieces that may still be sent, or null where the company sets no limit. `isSending` holds others back until the transaction ends. */
export async function readSmsLeft(ctx: Context, isSending: boolean): Promise<number | null> {
  const setting = isSending
    ? await ctx.tx.first<{ is_sms_limited: boolean }>(
        sql`select is_sms_limited from dunning_setting where company_id = ${ctx.companyId} for no key update`,
      )
    : await ctx.tx.first<{ is_sms_limited: boolean }>(
        sql`select is_sms_limited from dunning_setting where company_id = ${ctx.companyId}`,
      );
  if (!setting?.is_sms_limited) return null;
  return (await readSmsBalance(ctx)).left;
}

/** Short messages run out: for those who can buy and note more. */
export const smsToDo: ToDoSource = {
  key: 'sms',
  label: '短信余量不足',
  permission: 'dunningSetting.edit',
  path: '/charging/dunning',
  async count(ctx) {
    const setting = await ctx.tx.first<{ sms_warn_below: number }>(
      sql`select sms_warn_below from dunning_setting where company_id = ${ctx.companyId} and is_sms_limited`,
    );
    if (!setting) return 0;
    return (await readSmsBalance(ctx)).left < setting.sms_warn_below ? 1 : 0;
  },
};
