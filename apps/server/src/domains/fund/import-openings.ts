import { type Fen, fen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockFund, openAccounts, rememberFirst } from './deposit-fund.ts';
import { lockFundHouses, requireFundCommunity } from './fund-house.ts';
import { hashOfRequest, writeFundDocument } from './write-document.ts';

/** What a house brought along from where the fund was kept before. */
export interface FundOpening {
  rowNumber: number;
  houseId: string;
  balanceFen: Fen;
  firstDepositFen: Fen;
}

/** Ids of houses of the community whose fund has moved already: they get no opening balance any more. */
export async function housesWithFund(ctx: Context, communityId: string): Promise<Set<string>> {
  const rows = await ctx.tx.rows<{
    id: string;
  }>(sql`select a.house_id as id from fund_account a where a.company_id = ${ctx.companyId}
    and a.community_id = ${communityId} and exists (select from fund_movement m where m.company_id = a.company_id and m.fund_account_id = a.id)`);
  return new Set(rows.map((row) => row.id));
}

/**
 * Writes opening balances as one document of kind `opening`, for houses whose fund has never moved; returns how many. Houses
 * need no area here. An opening is taken back like any other document.
 */
export async function importFundOpenings(
  ctx: Context,
  place: { communityId: string; importId: string },
  openings: readonly FundOpening[],
): Promise<number> {
  const { communityId, importId } = place;
  const community = await requireFundCommunity(ctx, communityId);
  await lockFund(ctx, communityId);
  const known = await housesWithFund(ctx, communityId);
  const fresh = openings.filter((one) => !known.has(one.houseId));
  const [first] = fresh;
  if (!first) return 0;
  const houses = await lockFundHouses(ctx, communityId, { houseIds: fresh.map((one) => one.houseId) });
  const accounts = await openAccounts(ctx, communityId, houses);
  const rows = fresh.flatMap((one) => {
    const accountId = accounts.get(one.houseId);
    return accountId ? [{ ...one, accountId }] : [];
  });
  await rememberFirst(
    ctx,
    rows.map(({ accountId, firstDepositFen, balanceFen }) => ({
      accountId,
      amountFen: firstDepositFen > 0n ? firstDepositFen : balanceFen,
    })),
  );
  const idempotencyKey = `import-${importId}-${first.rowNumber}`;
  const movements = rows.map(({ accountId, balanceFen }) => ({ accountId, amountFen: fen(balanceFen) }));
  await writeFundDocument(
    ctx,
    {
      communityId,
      kind: 'opening',
      bookedOn: businessDay(ctx.clock, community.timeZone).toString(),
      note: '导入期初余额',
      idempotencyKey,
      requestHash: hashOfRequest('opening', { idempotencyKey }),
      movements,
    },
    community.timeZone,
  );
  return rows.length;
}
