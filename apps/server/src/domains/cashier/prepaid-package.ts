import {
  type EndpointReply,
  type EndpointRequest,
  holdingFail,
  type listPackageOffers as offersEndpoint,
} from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, subtractFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { PaymentInput } from './payment-input.ts';

interface PackageRow {
  id: string;
  name: string;
  price_fen: Fen;
  credit_fen: Fen;
  charge_item_id: string | null;
  item_name: string | null;
  is_offered: boolean;
}

/** Packages with whether they may be sold in a community on a day. */
function readPackages(ctx: Context, communityId: string, day: string): Promise<PackageRow[]> {
  return ctx.tx.rows<PackageRow>(sql`
    select k.id, k.name, k.price_fen, k.credit_fen, k.charge_item_id, i.name as item_name,
      k.is_enabled and (k.only_community_id is null or k.only_community_id = ${communityId}::uuid)
        and (k.valid_from is null or k.valid_from <= ${day}::date) and (k.valid_to is null or k.valid_to >= ${day}::date) as is_offered
    from prepaid_package k left join charge_item i on i.company_id = k.company_id and i.id = k.charge_item_id
    where k.company_id = ${ctx.companyId} order by k.price_fen, k.name`);
}

/** What the desk may sell in a community on a day. */
export async function listPackageOffers(
  ctx: Context,
  { communityId, receivedOn }: EndpointRequest<typeof offersEndpoint>['query'],
): Promise<EndpointReply<typeof offersEndpoint>> {
  const packages = await readPackages(ctx, communityId, receivedOn);
  return {
    rows: packages
      .filter((one) => one.is_offered)
      .map((one) => ({
        id: one.id,
        name: one.name,
        price: formatYuan(one.price_fen),
        credit: formatYuan(one.credit_fen),
        chargeItemId: one.charge_item_id,
        chargeItemName: one.item_name ?? '',
      })),
  };
}

/**
 * What packages of a receipt give on top, by package. Refused (409) when one is not sold there on that day, or is not any
 * more what the cashier saw.
 */
export async function readGiven(ctx: Context, input: PaymentInput): Promise<ReadonlyMap<string, Fen>> {
  const lines = (input.topUps ?? []).filter((line) => line.packageId !== undefined);
  if (lines.length === 0) return new Map();
  const packages = new Map((await readPackages(ctx, input.communityId, input.receivedOn)).map((one) => [one.id, one]));
  return new Map(
    lines.map((line) => {
      const id = line.packageId!.toLowerCase();
      const one = packages.get(id);
      if (!one?.is_offered) throw holdingFail('prepaidPackage.notOffered', { name: one?.name ?? '' });
      if (parseYuan(line.amount) !== one.price_fen || (line.chargeItemId?.toLowerCase() ?? null) !== one.charge_item_id)
        throw holdingFail('prepaidPackage.changed', {
          name: one.name,
          price: formatYuan(one.price_fen),
          account: one.item_name === null ? '通用预存' : `${one.item_name}专项`,
        });
      return [id, subtractFen(one.credit_fen, one.price_fen)];
    }),
  );
}
