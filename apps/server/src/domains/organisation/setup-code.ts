import { createHash, timingSafeEqual } from 'node:crypto';
import { organisationFail } from '@anlin/contract';
import { makePassword } from '../../platform/auth/make-password.ts';
import { sql } from '../../platform/database/sql.ts';
import { inTransaction, type Transaction } from '../../platform/database/transaction.ts';
import type { Services } from '../../platform/services.ts';

const hashOf = (code: string): Buffer => createHash('sha256').update(code.trim().toLowerCase()).digest();

/**
 * Makes the code that opens an installation without a company; the one before it no longer works. Only who sees the
 * server's console knows it, so that a stranger on the network cannot take the installation. Returns the code.
 */
export async function makeSetupCode(services: Pick<Services, 'pool' | 'clock'>): Promise<string> {
  const code = makePassword();
  await inTransaction(services.pool, (tx) =>
    tx.run(sql`insert into setup_code (id, code_hash, created_at) values (1, ${hashOf(code)}, ${services.clock.now().toString()})
      on conflict (id) do update set code_hash = excluded.code_hash, created_at = excluded.created_at`),
  );
  return code;
}

/** Whether there is no company yet. */
export async function isEmptyInstallation(tx: Transaction): Promise<boolean> {
  return (await tx.first(sql`select id from company limit 1`)) === undefined;
}

/** Errors: setup.done (409) once there is a company, setup.codeWrong (403). */
export async function checkSetupCode(tx: Transaction, code: string): Promise<void> {
  if (!(await isEmptyInstallation(tx))) throw organisationFail('setup.done');
  const row = await tx.first<{ code_hash: Buffer }>(sql`select code_hash from setup_code where id = 1`);
  if (!row || !timingSafeEqual(row.code_hash, hashOf(code))) throw organisationFail('setup.codeWrong');
}
