import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import { createCompany, createStaff } from './create-company.ts';

export interface CompanyOpening {
  company: { name: string; phone?: string; address?: string };
  /** May do everything. Somebody who has an account keeps its password. */
  administrator: { name: string; phone: string; password: string; mustChangePassword: boolean };
  /** Adds what the domains give a new company. */
  fill: (ctx: Context) => Promise<void>;
}

/** Only one company is opened at a time, so that two first ones never come about. Held until the transaction ends. */
export async function lockCompanies(tx: Transaction): Promise<void> {
  await tx.rows(sql`select pg_advisory_xact_lock(hashtext('anlin-open-company'))`);
}

/**
 * Opens a company with its administrator in the given transaction, which is inside the company afterwards. Returns the
 * context of the system within it.
 */
export async function openCompany(
  tx: Transaction,
  { clock, newId, vault }: Pick<Services, 'clock' | 'newId' | 'vault'>,
  { company, administrator, fill }: CompanyOpening,
  origin: Context['origin'] = { ip: '', requestId: '' },
): Promise<Context> {
  const companyId = await createCompany({ tx, newId, clock }, company);
  const ctx: Context = {
    tx,
    companyId,
    actor: { kind: 'system', id: null, name: '系统' },
    client: 'pc',
    permissions: new Set(),
    communityIds: '*',
    wholeCommunityIds: '*',
    clock,
    newId,
    vault,
    origin,
  };
  await createStaff(ctx, { ...administrator, position: '管理员', groups: ['管理员'], communityIds: '*' });
  await fill(ctx);
  return ctx;
}
