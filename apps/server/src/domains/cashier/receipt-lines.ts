import type { TargetKind } from '@anlin/contract';
import { anyTarget, cashierFail, platformFail } from '@anlin/contract';
import { type Fen, negateFen, parseYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { CountedTender } from './count-money.ts';
import { moveDeposits } from './move-deposit.ts';
import { movePrepaid, openPrepaidAccount } from './move-prepaid.ts';
import type { PaymentInput } from './payment-input.ts';
import { readGiven } from './prepaid-package.ts';

/** Lines of a receipt that pay no bill, looked up and found good. */
export interface OtherLines {
  /** `bonusFen` is given on top by the package it is sold as. */
  topUps: { accountId: string; amountFen: Fen; bonusFen: Fen; prepaidPackageId: string | null }[];
  deposits: { id: string; chargeItemId: string; amountFen: Fen; holderName: string; note: string }[];
  incomes: { chargeItemId: string; amountFen: Fen; description: string }[];
}

/**
 * Looks up what the lines beside the bills name, and opens the prepaid accounts there are none of yet. Items of the kind
 * 押金 are for deposits and for nothing else. Reads nothing for a receipt without such lines.
 */
export async function prepareLines(
  ctx: Context,
  input: PaymentInput,
  refusesOverpayment: boolean,
): Promise<OtherLines> {
  const { topUps = [], deposits = [], incomes = [] } = input;
  if (topUps.length + deposits.length + incomes.length === 0) return { topUps: [], deposits: [], incomes: [] };
  if (topUps.length > 0 && refusesOverpayment) throw cashierFail('receipt.topUpRefused');
  await checkNamed(ctx, input);
  const given = await readGiven(ctx, input);
  const accounts = [];
  for (const line of topUps) {
    const accountId = await openPrepaidAccount(ctx, { ...line, communityId: input.communityId });
    const prepaidPackageId = line.packageId?.toLowerCase() ?? null;
    const bonusFen = given.get(prepaidPackageId ?? '') ?? zeroFen;
    accounts.push({ accountId, amountFen: parseYuan(line.amount), bonusFen, prepaidPackageId });
  }
  return {
    topUps: accounts,
    deposits: deposits.map(({ amount, ...line }) => ({ ...line, id: ctx.newId(), amountFen: parseYuan(amount) })),
    incomes: incomes.map(({ amount, ...line }) => ({ ...line, amountFen: parseYuan(amount) })),
  };
}

async function checkNamed(ctx: Context, input: PaymentInput): Promise<void> {
  const { topUps = [], deposits = [], incomes = [] } = input;
  const itemIds = [...topUps, ...deposits, ...incomes].flatMap((line) => line.chargeItemId?.toLowerCase() ?? []);
  const targetIds = topUps.map((line) => line.targetId.toLowerCase());
  const row = await ctx.tx.first<{
    items: { id: string; name: string; kind: string }[] | null;
    targets: string[] | null;
  }>(sql`
    select (select jsonb_agg(jsonb_build_object('id', i.id, 'name', i.name, 'kind', i.kind)) from charge_item i
        where i.company_id = ${ctx.companyId} and i.id = any (${itemIds}::uuid[])) as items,
      (select jsonb_agg(x.kind || ' ' || x.id) from charge_target x
        where x.company_id = ${ctx.companyId} and x.community_id = ${input.communityId} and x.id = any (${targetIds}::uuid[])) as targets`);
  const items = new Map((row?.items ?? []).map((item) => [item.id, item]));
  const targets = new Set(row?.targets ?? []);
  for (const line of topUps)
    if (!targets.has(`${line.targetKind} ${line.targetId.toLowerCase()}`))
      throw platformFail('reference.notFound', { label: `预存的${anyTarget}` });
  for (const id of itemIds) if (!items.has(id)) throw platformFail('reference.notFound', { label: '收费项目' });
  const itemOf = (line: { chargeItemId: string }) => items.get(line.chargeItemId.toLowerCase())!;
  for (const item of deposits.map(itemOf))
    if (item.kind !== 'deposit') throw cashierFail('receipt.depositItem', { item: item.name });
  const others = [...incomes, ...topUps.flatMap(({ chargeItemId }) => (chargeItemId ? { chargeItemId } : []))];
  for (const item of others.map(itemOf))
    if (item.kind === 'deposit') throw cashierFail('receipt.incomeItem', { item: item.name });
}

/** A receipt that stands already, to which its rarer lines are written. */
interface WrittenReceipt {
  id: string;
  communityId: string;
  targetKind: TargetKind | null;
  targetId: string | null;
  receivedOn: string;
}

/** Writes other income, deposits and prepaid of a receipt, and what its offsets drew on. Writes nothing where there is none. */
export async function writeLines(
  ctx: Context,
  receipt: WrittenReceipt,
  lines: OtherLines,
  tenders: readonly (CountedTender & { id: string })[],
): Promise<void> {
  const document = { communityId: receipt.communityId, movedOn: receipt.receivedOn };
  const drawn = { receiptId: receipt.id };
  if (lines.incomes.length > 0) await writeIncomes(ctx, receipt, lines.incomes);
  await movePrepaid(ctx, document, [
    ...tenders.flatMap(({ id, prepaidAccountId, amountFen }) =>
      prepaidAccountId === null
        ? []
        : {
            ...drawn,
            accountId: prepaidAccountId,
            kind: 'offset' as const,
            amountFen: negateFen(amountFen),
            receiptTenderId: id,
          },
    ),
    ...lines.topUps.flatMap(({ bonusFen, ...line }) => [
      { ...drawn, ...line, kind: 'topUp' as const },
      ...(bonusFen === zeroFen ? [] : [{ ...drawn, ...line, amountFen: bonusFen, kind: 'bonus' as const }]),
    ]),
  ]);
  if (lines.deposits.length > 0) await writeDeposits(ctx, receipt, lines.deposits);
  await moveDeposits(ctx, document, [
    ...tenders.flatMap(({ id, depositId, amountFen }) =>
      depositId === null
        ? []
        : { ...drawn, depositId, kind: 'offset' as const, amountFen: negateFen(amountFen), receiptTenderId: id },
    ),
    ...lines.deposits.map(({ id, amountFen }) => ({ ...drawn, depositId: id, kind: 'take' as const, amountFen })),
  ]);
}

async function writeIncomes(ctx: Context, receipt: WrittenReceipt, lines: OtherLines['incomes']): Promise<void> {
  await ctx.tx.run(sql`insert into other_income (company_id, id, community_id, receipt_id, charge_item_id, description, amount_fen)
    select ${ctx.companyId}, o.id, ${receipt.communityId}, ${receipt.id}, o.item, o.description, o.amount
    from unnest(${lines.map(() => ctx.newId())}::uuid[], ${lines.map((line) => line.chargeItemId)}::uuid[],
      ${lines.map((line) => line.description)}::text[], ${lines.map((line) => line.amountFen.toString())}::bigint[]) o (id, item, description, amount)`);
}

async function writeDeposits(ctx: Context, receipt: WrittenReceipt, lines: OtherLines['deposits']): Promise<void> {
  await ctx.tx.run(sql`insert into deposit (company_id, id, community_id, target_kind, target_id, charge_item_id, holder_name, receipt_id, taken_on,
      taken_fen, note, created_at)
    select ${ctx.companyId}, d.id, ${receipt.communityId}, ${receipt.targetKind}, ${receipt.targetId}::uuid, d.item, d.holder, ${receipt.id},
      ${receipt.receivedOn}::date, d.amount, d.note, ${nowText(ctx)}
    from unnest(${lines.map((line) => line.id)}::uuid[], ${lines.map((line) => line.chargeItemId)}::uuid[], ${lines.map((line) => line.holderName)}::text[],
      ${lines.map((line) => line.amountFen.toString())}::bigint[], ${lines.map((line) => line.note)}::text[]) d (id, item, holder, amount, note)`);
}
