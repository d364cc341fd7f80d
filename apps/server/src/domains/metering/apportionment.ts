import {
  type ApportionmentTerms,
  chargeItemResource,
  meteringFail,
  meterResource,
  platformFail,
} from '@anlin/contract';
import { compileFormula } from '@anlin/formula';
import { type Fen, formatYuan, parseYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { checkSelection } from '../charging/index.ts';
import { shareFacts } from './apportionment-weights.ts';

const label = '公摊';

interface ApportionmentRow {
  id: string;
  version: number;
  community_id: string;
  name: string;
  charge_item_id: string;
  source: 'amount' | 'loss';
  amount_fen: Fen | null;
  meter_id: string | null;
  price: string | null;
  basis: ApportionmentTerms['basis'];
  meter_kind: ApportionmentTerms['meterKind'];
  formula: string;
  selection: ApportionmentTerms['selection'];
  vacant_percent: string;
  repeats: boolean;
  note: string;
}

export interface KnownApportionment {
  id: string;
  version: number;
  communityId: string;
  terms: ApportionmentTerms;
}

/** A kept definition as it was entered. Error: resource.notFound. */
export async function findApportionment(
  ctx: Context,
  id: string,
  lock: 'lock' | 'read' = 'read',
): Promise<KnownApportionment> {
  if (lock === 'lock')
    await ctx.tx.rows(sql`select id from apportionment where company_id = ${ctx.companyId} and id = ${id} for update`);
  const row =
    await ctx.tx.first<ApportionmentRow>(sql`select id, version, community_id, name, charge_item_id, source, amount_fen, meter_id,
      trim_scale(price)::text price, basis, meter_kind, formula, selection, trim_scale(vacant_percent)::text vacant_percent, repeats, note
    from apportionment where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('resource.notFound', { label });
  const weights = await ctx.tx.rows<{
    house_id: string;
    weight: string;
  }>(sql`select house_id, trim_scale(weight)::text weight
    from apportionment_weight where company_id = ${ctx.companyId} and apportionment_id = ${id} order by house_id`);
  return {
    id: row.id,
    version: row.version,
    communityId: row.community_id,
    terms: {
      name: row.name,
      chargeItemId: row.charge_item_id,
      total:
        row.source === 'amount'
          ? { source: 'amount', amount: formatYuan(row.amount_fen!) }
          : { source: 'loss', meterId: row.meter_id!, price: row.price! },
      basis: row.basis,
      meterKind: row.meter_kind,
      formula: row.formula,
      weights: weights.map((one) => ({ houseId: one.house_id, weight: one.weight })),
      selection: row.selection,
      vacantPercent: row.vacant_percent,
      repeats: row.repeats,
      note: row.note,
    },
  };
}

export async function createApportionment(ctx: Context, terms: ApportionmentTerms): Promise<{ id: string }> {
  const communityId = await checkTerms(ctx, terms, null);
  const id = ctx.newId();
  const now = nowText(ctx);
  const c = columnsOf(terms);
  await ctx.tx.run(sql`insert into apportionment (company_id, id, community_id, name, charge_item_id, source, amount_fen, meter_id, price, basis,
      meter_kind, formula, selection, vacant_percent, repeats, note, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${terms.name}, ${terms.chargeItemId}, ${c.source}, ${c.amountFen}, ${c.meterId}, ${c.price},
      ${terms.basis}, ${c.meterKind}, ${c.formula}, ${JSON.stringify(terms.selection)}, ${terms.vacantPercent}, ${terms.repeats}, ${terms.note}, ${now}, ${now})`);
  await writeWeights(ctx, id, communityId, terms);
  await audit(ctx, 'create', { id, communityId, terms });
  return { id };
}

/** Changes a definition; months that were divided stay as they are. */
export async function updateApportionment(
  ctx: Context,
  id: string,
  { version, terms }: { version: number; terms: ApportionmentTerms },
): Promise<void> {
  const before = await findApportionment(ctx, id, 'lock');
  if (before.version !== version) throw platformFail('resource.changed', { label });
  const communityId = await checkTerms(ctx, terms, before);
  const c = columnsOf(terms);
  await ctx.tx.run(sql`update apportionment set name = ${terms.name}, charge_item_id = ${terms.chargeItemId}, source = ${c.source}, amount_fen = ${c.amountFen},
      meter_id = ${c.meterId}, price = ${c.price}, basis = ${terms.basis}, meter_kind = ${c.meterKind}, formula = ${c.formula},
      selection = ${JSON.stringify(terms.selection)}, vacant_percent = ${terms.vacantPercent}, repeats = ${terms.repeats}, note = ${terms.note},
      version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await writeWeights(ctx, id, communityId, terms);
  await audit(ctx, 'update', { id, communityId, terms }, before.terms);
}

/** Deletes a definition by which nothing was ever divided. */
export async function deleteApportionment(ctx: Context, id: string): Promise<void> {
  const before = await findApportionment(ctx, id, 'lock');
  requireWholeCommunity(ctx, before.communityId, label);
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int count from apportionment_run
    where company_id = ${ctx.companyId} and apportionment_id = ${id}`);
  if (row!.count > 0) throw meteringFail('apportionment.hasRuns', { name: before.terms.name, count: row!.count });
  await ctx.tx.run(sql`delete from apportionment where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'delete', before, before.terms);
}

function columnsOf({ total, basis, meterKind, formula }: ApportionmentTerms) {
  return {
    source: total.source,
    amountFen: total.source === 'amount' ? parseYuan(total.amount).toString() : null,
    meterId: total.source === 'loss' ? total.meterId : null,
    price: total.source === 'loss' ? total.price : null,
    meterKind: basis === 'usage' ? meterKind : null,
    formula: basis === 'formula' ? formula : '',
  };
}

async function checkTerms(ctx: Context, terms: ApportionmentTerms, before: KnownApportionment | null): Promise<string> {
  const { communityId } = terms.selection;
  await checkSelection(ctx, terms.selection);
  requireWholeCommunity(ctx, communityId, label);
  if (before && before.communityId !== communityId) throw platformFail('reference.notFound', { label: '小区' });
  const item = await ctx.tx.first(
    sql`select 1 from charge_item where company_id = ${ctx.companyId} and id = ${terms.chargeItemId}`,
  );
  if (!item) throw platformFail('reference.notFound', { label: chargeItemResource.label });
  if (terms.total.source === 'loss') {
    const meter = await ctx.tx.first<{ number: string; is_master: boolean }>(sql`select number, is_master from meter
      where company_id = ${ctx.companyId} and community_id = ${communityId} and id = ${terms.total.meterId}`);
    if (!meter) throw platformFail('reference.notFound', { label: meterResource.label });
    if (!meter.is_master) throw meteringFail('meter.parentNotMaster', { number: meter.number });
  }
  if (terms.basis === 'formula') checkFormula(terms.formula);
  const same =
    await ctx.tx.first(sql`select 1 from apportionment where company_id = ${ctx.companyId} and community_id = ${communityId}
    and name = ${terms.name} and id is distinct from ${before?.id ?? null}`);
  if (same) throw platformFail('resource.duplicate', { label, fields: `名称“${terms.name}”` });
  return communityId;
}

function checkFormula(formula: string): void {
  const compiled = compileFormula(formula, shareFacts);
  if (compiled.ok) return;
  const [first] = compiled.errors;
  const name = typeof first?.params.name === 'string' ? `“${first.params.name}”` : '';
  const reason = `第 ${(first?.position ?? 0) + 1} 个字处${name}看不懂，可用：${shareFacts.join('、')}`;
  throw meteringFail('apportionment.formulaWrong', { reason }, [{ path: 'formula', message: reason }]);
}

async function writeWeights(ctx: Context, id: string, communityId: string, terms: ApportionmentTerms): Promise<void> {
  await ctx.tx.run(
    sql`delete from apportionment_weight where company_id = ${ctx.companyId} and apportionment_id = ${id}`,
  );
  if (terms.weights.length === 0) return;
  const houseIds = [...new Set(terms.weights.map((one) => one.houseId.toLowerCase()))];
  const known = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from house
    where company_id = ${ctx.companyId} and community_id = ${communityId} and id = any (${houseIds}::uuid[])`);
  if (known?.count !== houseIds.length) throw platformFail('reference.notFound', { label: '房屋' });
  if (terms.basis !== 'weights') return;
  const weights = [...new Map(terms.weights.map((one) => [one.houseId.toLowerCase(), one.weight]))];
  await ctx.tx.run(sql`insert into apportionment_weight (company_id, community_id, apportionment_id, house_id, weight)
    select ${ctx.companyId}, ${communityId}, ${id}, h.id, n.weight
    from unnest(${weights.map(([houseId]) => houseId)}::uuid[], ${weights.map(([, weight]) => weight)}::numeric[]) as n (house_id, weight)
    join house h on h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.id = n.house_id`);
}

async function audit(
  ctx: Context,
  verb: string,
  { id, communityId, terms }: Pick<KnownApportionment, 'id' | 'communityId' | 'terms'>,
  before?: ApportionmentTerms,
): Promise<void> {
  await recordAudit(ctx, {
    action: `apportionment.${verb}`,
    targetKind: 'apportionment',
    targetId: id,
    targetLabel: terms.name,
    communityId,
    before,
    after: verb === 'delete' ? undefined : terms,
  });
}
