import { type EndpointRequest, fundFail, type addFundInterest as interestEndpoint } from '@anlin/contract';
import { Decimal, shareByWeights, sumFen, toExactYuan, toMoney } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockFund } from './deposit-fund.ts';
import { lockFundHouses, requireFundCommunity } from './fund-house.ts';
import { type FundWritten, findWritten, hashOfRequest, writeFundDocument } from './write-document.ts';

/**
 * A year's interest (结息): the balance of the whole community × the rate, rounded half up once, shared by balance with the
 * largest remainder, so that the houses' interest adds up to what the bank pays. Once a year unless reversed.
 * Errors: fund.interestTwice (409), fund.nothing (422).
 */
export async function addFundInterest(
  ctx: Context,
  input: EndpointRequest<typeof interestEndpoint>['body'],
): Promise<FundWritten> {
  const { communityId, year, rate, bookedOn, note, idempotencyKey } = input;
  const community = await requireFundCommunity(ctx, communityId);
  await lockFund(ctx, communityId);
  const requestHash = hashOfRequest('interest', input);
  const earlier = await findWritten(ctx, idempotencyKey, requestHash);
  if (earlier) return earlier;
  const twice =
    await ctx.tx.first(sql`select id from fund_document d where d.company_id = ${ctx.companyId} and d.community_id = ${communityId}
    and d.interest_year = ${year} and not exists (select from fund_document r where r.company_id = d.company_id and r.reverses_id = d.id)`);
  if (twice) throw fundFail('fund.interestTwice', { community: community.name, year });
  const houses = (await lockFundHouses(ctx, communityId, {})).filter((house) => house.balanceFen > 0n);
  if (houses.length === 0) throw fundFail('fund.nothing');
  const balanceFen = sumFen(houses.map((house) => house.balanceFen));
  const totalFen = toMoney(toExactYuan(balanceFen).mul(rate).div(100), { precision: 'fen', rounding: 'halfUp' });
  const shares = shareByWeights(
    totalFen,
    houses.map((house) => new Decimal(house.balanceFen.toString())),
  );
  const movements = houses.map((house, place) => ({ accountId: house.accountId!, amountFen: shares[place]! }));
  return writeFundDocument(
    ctx,
    { communityId, kind: 'interest', bookedOn, rate, interestYear: year, note, idempotencyKey, requestHash, movements },
    community.timeZone,
  );
}
