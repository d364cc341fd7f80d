import {
  type chargeOneOff as chargeEndpoint,
  chargingFail,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { type Calculation, compileStandard, explain, type StandardRule } from '@anlin/pricing';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type ChargeTarget, findChargeTarget } from './charge-target.ts';
import { outcomeText } from './outcome-text.ts';
import { addedTaxOf } from './standards-of-items.ts';

type Input = EndpointRequest<typeof chargeEndpoint>['body'];
type Reply = EndpointReply<typeof chargeEndpoint>;

interface Item {
  name: string;
  kind: string;
  precision: StandardRule['precision'];
  rounding: StandardRule['rounding'];
  tax_rate: string;
  is_tax_included: boolean;
}

/**
 * Writes a bill without a standard for one target (CHG-15), rounded as its item says. With the same key it is written
 * once, and the bill that stands is returned. Errors: oneOff.… (422), chargeItem.notInCommunity (422), reference.notFound.
 */
export async function chargeOneOff(ctx: Context, input: Input): Promise<Reply> {
  const target = await findChargeTarget(ctx, input);
  const item = await findItem(ctx, input.chargeItemId, target);
  const { amount, calculation } = priceOneOff(item, target, input);
  const id = ctx.newId();
  const written = await ctx.tx.first<{ id: string }>(sql`insert into bill
      (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on, receivable_fen,
        raised_how, raised_at, raised_by, one_off_key, calculation, note)
    values (${ctx.companyId}, ${id}, ${target.communityId}, ${input.chargeItemId}, ${input.targetKind}, ${target.id}, ${input.periodFrom},
      ${input.periodTo}, ${input.dueOn}, ${amount}, 'oneOff', ${nowText(ctx)}, ${ctx.actor.id}, ${input.key},
      ${JSON.stringify(calculation)}::jsonb, ${input.note})
    on conflict (company_id, one_off_key) where one_off_key is not null do nothing returning id`);
  if (!written) return readWritten(ctx, input.key);
  await recordAudit(ctx, {
    action: 'bill.chargeOneOff',
    targetKind: 'bill',
    targetId: id,
    targetLabel: `${target.label} ${item.name}`,
    communityId: target.communityId,
    after: { amount: formatYuan(amount), periodFrom: input.periodFrom, periodTo: input.periodTo, dueOn: input.dueOn },
  });
  return { id, amount: formatYuan(amount), sentence: explain(calculation) };
}

async function findItem(ctx: Context, id: string, target: ChargeTarget): Promise<Item> {
  const item = await ctx.tx.first<Item & { community: string | null }>(sql`
    select i.name, i.kind, i.precision, i.rounding, i.tax_rate, i.is_tax_included,
      (select m.name from community m where m.company_id = i.company_id and m.id = ${target.communityId}
        and exists (select 1 from charge_item_community c where c.company_id = i.company_id and c.charge_item_id = i.id)
        and not exists (select 1 from charge_item_community c
          where c.company_id = i.company_id and c.charge_item_id = i.id and c.community_id = m.id)) community
    from charge_item i where i.company_id = ${ctx.companyId} and i.id = ${id} for key share of i`);
  if (!item) throw platformFail('reference.notFound', { label: '收费项目' });
  if (item.kind !== 'oneOff') throw chargingFail('oneOff.wrongItem', { item: item.name });
  if (item.community !== null)
    throw chargingFail('chargeItem.notInCommunity', { item: item.name, community: item.community });
  return item;
}

// By the same pricing as every other bill, whatever the time; so it is rounded and explained alike.
function priceOneOff(item: Item, target: ChargeTarget, input: Input): { amount: Fen; calculation: Calculation } {
  const { price } = input;
  if (price.by === 'area' && target.area === null) throw chargingFail('oneOff.noArea', { target: target.label });
  const compiled = compileStandard({
    method:
      price.by === 'amount'
        ? { kind: 'fixed' }
        : { kind: 'unitPrice', quantity: price.by === 'area' ? 'builtArea' : 'meterUsage' },
    everyMonths: 1,
    alignment: 'natural',
    proration: { kind: 'actualDays' },
    per: 'once',
    prices: [{ id: 'oneOff', from: null, price: price.by === 'amount' ? price.amount : price.unitPrice }],
    precision: item.precision,
    rounding: item.rounding,
    addedTaxPercent: addedTaxOf(item),
  });
  if (!compiled.ok) throw chargingFail('oneOff.nothingToPay', { reason: '价格不是有效的数字' });
  const quantity = price.by === 'count' ? price.count : price.by === 'area' ? target.area : null;
  const period = { from: input.periodFrom, to: input.periodTo };
  const outcome = compiled.price({ quantity, period, fullPeriod: period });
  if (outcome.kind === 'bill') return outcome;
  const source = price.by === 'area' ? 'builtArea' : 'one';
  throw chargingFail('oneOff.nothingToPay', { reason: outcomeText(outcome, source) ?? '' });
}

async function readWritten(ctx: Context, key: string): Promise<Reply> {
  const row = await ctx.tx.first<{ id: string; receivable_fen: Fen; calculation: Calculation }>(
    sql`select id, receivable_fen, calculation from bill where company_id = ${ctx.companyId} and one_off_key = ${key}`,
  );
  // The key stands on a bill out of the actor's sight.
  if (!row) throw platformFail('reference.notFound', { label: '账单' });
  return { id: row.id, amount: formatYuan(row.receivable_fen), sentence: explain(row.calculation) };
}
