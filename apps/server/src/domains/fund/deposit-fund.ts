import { type depositFund as depositEndpoint, type EndpointRequest, fundFail } from '@anlin/contract';
import { Decimal, type Fen, toMoney } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type FundHouse, lockFundHouses, requireFundCommunity, requireParts } from './fund-house.ts';
import { type FundWritten, findWritten, hashOfRequest, writeFundDocument } from './write-document.ts';

/**
 * Pays in built area × rate for each house (归集), rounded half up to the fen; the first sum of a house is remembered as its
 * first deposit. Houses without an area are left out. Errors: fund.noHouses (422), those of `writeFundDocument`.
 */
export async function depositFund(
  ctx: Context,
  input: EndpointRequest<typeof depositEndpoint>['body'],
): Promise<FundWritten> {
  const { communityId, buildingIds, houseIds, rate, bookedOn, note, idempotencyKey } = input;
  const community = await requireFundCommunity(ctx, communityId);
  await requireParts(ctx, communityId, { buildingIds, houseIds });
  await lockFund(ctx, communityId);
  const requestHash = hashOfRequest('deposit', input);
  const earlier = await findWritten(ctx, idempotencyKey, requestHash);
  if (earlier) return earlier;
  const houses = await lockFundHouses(ctx, communityId, { buildingIds, houseIds });
  if (houses.length === 0) throw fundFail('fund.noHouses');
  const price = new Decimal(rate);
  const sums = houses.map((house) => ({
    house,
    amountFen: toMoney(price.mul(house.area), { precision: 'fen', rounding: 'halfUp' }),
  }));
  const accounts = await openAccounts(
    ctx,
    communityId,
    sums.map(({ house }) => house),
  );
  await rememberFirst(
    ctx,
    sums
      .filter(({ house }) => house.firstDepositFen === 0n)
      .map(({ house, amountFen }) => ({
        accountId: accounts.get(house.houseId)!,
        amountFen,
      })),
  );
  const movements = sums.map(({ house, amountFen }) => ({ accountId: accounts.get(house.houseId)!, amountFen }));
  return writeFundDocument(
    ctx,
    { communityId, kind: 'deposit', bookedOn, rate, note, idempotencyKey, requestHash, movements },
    community.timeZone,
  );
}

/** Accounts of houses by house; those there are none of are opened. */
export async function openAccounts(
  ctx: Context,
  communityId: string,
  houses: readonly FundHouse[],
): Promise<Map<string, string>> {
  const missing = houses
    .filter((house) => house.accountId === null)
    .map((house) => ({ ...house, accountId: ctx.newId() }));
  await ctx.tx.run(sql`insert into fund_account (company_id, id, community_id, house_id, opened_at)
    select ${ctx.companyId}, a.id, ${communityId}, a.house, ${nowText(ctx)}
    from unnest(${missing.map((one) => one.accountId)}::uuid[], ${missing.map((one) => one.houseId)}::uuid[]) a (id, house)`);
  return new Map(
    [...houses, ...missing].flatMap((one) => (one.accountId ? [[one.houseId, one.accountId] as const] : [])),
  );
}

export async function rememberFirst(
  ctx: Context,
  firsts: readonly { accountId: string; amountFen: Fen }[],
): Promise<void> {
  await ctx.tx.run(sql`update fund_account a set first_deposit_fen = f.fen
    from unnest(${firsts.map((one) => one.accountId)}::uuid[], ${firsts.map((one) => one.amountFen.toString())}::bigint[]) f (id, fen)
    where a.company_id = ${ctx.companyId} and a.id = f.id and a.first_deposit_fen = 0`);
}

/** One at a time opens accounts or moves the money of a community's fund; before the accounts' own locks. */
export async function lockFund(ctx: Context, communityId: string): Promise<void> {
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`fund ${ctx.companyId} ${communityId}`}, 0))::text`,
  );
}
