import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { voucherChecks } from '../accounting/index.ts';
import type { Check, CheckQuery } from './book-check.ts';
import { verifyAudit } from './verify-audit.ts';
import { balanceChecks } from './verify-balances.ts';
import { billChecks } from './verify-bills.ts';
import { closingChecks } from './verify-closings.ts';
import { fundChecks } from './verify-fund.ts';
import { incomeChecks } from './verify-income.ts';
import { invoiceChecks } from './verify-invoices.ts';
import { numberChecks } from './verify-numbers.ts';
import { paymentChecks } from './verify-payments.ts';
import { receiptChecks } from './verify-receipts.ts';
import { shiftChecks } from './verify-shifts.ts';
import { tallyChecks } from './verify-tallies.ts';

export interface BooksReport {
  companyId: string;
  companyName: string;
  isSound: boolean;
  checks: Check[];
}

const maxExamples = 5;

const checks: readonly CheckQuery[] = [
  ...billChecks,
  ...receiptChecks,
  ...balanceChecks,
  ...numberChecks,
  ...incomeChecks,
  ...closingChecks,
  ...invoiceChecks,
  ...paymentChecks,
  ...fundChecks,
  ...shiftChecks,
  ...voucherChecks,
  ...tallyChecks,
];

/**
 * Proves a company's books (CSH-13): every sum against its documents, every number once, the journal in balance, the
 * income detail against the ledger, and the chain of the audit log. Seals what waits to be sealed; changes nothing
 * else. Each check is one statement, so it sees one moment also while people work.
 */
export async function verifyBooks(ctx: Context): Promise<BooksReport> {
  const company = await ctx.tx.first<{ name: string }>(sql`select name from company where id = ${ctx.companyId}`);
  const results: Check[] = [];
  for (const check of checks) results.push(await runCheck(ctx, check));
  results.push(await verifyAudit(ctx));
  return {
    companyId: ctx.companyId,
    companyName: company?.name ?? '',
    isSound: results.every(({ wrong }) => wrong === 0),
    checks: results,
  };
}

async function runCheck(ctx: Context, { key, title, count, breaches }: CheckQuery): Promise<Check> {
  const [row] = await ctx.tx.ad<{ count: bigint }>(count(ctx.companyId));
  const wrong = await ctx.tx.ad<{ id: string | null; detail: string | null; wrong: bigint }>(
    sql`select w.id, w.detail, count(*) over () as wrong from (${breaches(ctx.companyId)}) w limit ${maxExamples}`,
  );
  return {
    key,
    title,
    checked: Number(row!.count),
    wrong: Number(wrong[0]?.wrong ?? 0n),
    examples: wrong.map(({ id, detail }) => ({ id: id ?? '', detail: detail ?? '' })),
  };
}
