import {
  type EndpointReply,
  type listOwnPrepaid as listEndpoint,
  type listOwnPrepaidMovements as movementsEndpoint,
  platformFail,
  prepaidMovementKinds,
} from '@anlin/contract';
import { type Fen, formatYuan, sumFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { readHeldMoney } from '../cashier/index.ts';
import { readOwnTargets, receiptsSince } from './own-targets.ts';

/** Prepaid money of the resident's houses and parking spaces in a community. */
export async function listOwnPrepaid(
  ctx: Context,
  resident: SignedInResident,
  communityId: string,
): Promise<EndpointReply<typeof listEndpoint>> {
  const targets = await readOwnTargets(ctx, resident, communityId);
  const names = new Map(targets.map((target) => [target.id, target.name]));
  const { accounts } = await readHeldMoney(ctx, [...names.keys()]);
  return {
    total: formatYuan(sumFen(accounts.map((account) => account.balanceFen))),
    rows: accounts.map((account) => ({
      id: account.id,
      label: account.label,
      targetName: names.get(account.targetId) ?? '',
      balance: formatYuan(account.balanceFen),
    })),
    targets: targets.map(({ kind, id, name }) => ({ kind, id, name })),
  };
}

const mostMovements = 200;

/** Movements of one account, newest first, from the time on that is the resident's. 404 for anybody else's. */
export async function listOwnPrepaidMovements(
  ctx: Context,
  resident: SignedInResident,
  accountId: string,
): Promise<EndpointReply<typeof movementsEndpoint>> {
  const targets = await readOwnTargets(ctx, resident, null);
  const { accounts } = await readHeldMoney(
    ctx,
    targets.map((target) => target.id),
  );
  const account = accounts.find((one) => one.id === accountId);
  const target = targets.find((one) => one.id === account?.targetId);
  if (!account || !target) throw platformFail('resource.notFound', { label: '预存账户' });
  const rows = await ctx.tx.rows<{
    id: string;
    kind: keyof typeof prepaidMovementKinds;
    amount_fen: Fen;
    balance_fen: Fen;
    moved_on: string;
    note: string;
  }>(sql`select id, kind, amount_fen, balance_fen, moved_on, note from prepaid_movement
    where company_id = ${ctx.companyId} and prepaid_account_id = ${accountId} and moved_on::text >= ${receiptsSince(target)}
    order by sequence desc limit ${mostMovements}`);
  return {
    label: account.label,
    targetName: target.name,
    balance: formatYuan(account.balanceFen),
    rows: rows.map((row) => ({
      id: row.id,
      kindLabel: prepaidMovementKinds[row.kind],
      amount: formatYuan(row.amount_fen),
      balance: formatYuan(row.balance_fen),
      movedOn: row.moved_on,
      note: row.note,
    })),
  };
}
