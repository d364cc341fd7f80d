import { buildApp } from '../../apps/server/src/app.ts';
import { verifyBooks } from '../../apps/server/src/domains/finance/index.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { type Bench, type BenchResult, ratiosOf, secondsOf, spreadOf } from './bench.ts';
import { addManyHouses } from './many-houses.ts';
import { addManyReceipts } from './many-receipts.ts';
import { signInOf } from './sign-in.ts';

/**
 * What a person opens, over 1,060,000 bills and 1,000,000 receipts (ten times that with `--large`); some against the best
 * SQL by hand without row-level security. Every reading is a first one: before each something changed, so that none is given
 * from memory (ADR 0063).
 */
const pages: readonly { name: string; path: string; byHand?: string }[] = [
  {
    name: 'income detail, all of it',
    path: '/api/income',
    byHand: `select payment_method_id, kind, count(*), sum(amount_fen), sum(principal_fen), sum(late_fee_fen) from income_movement
      where company_id = $1 group by 1, 2`,
  },
  { name: 'income detail, one month', path: '/api/income?from=2025-10-01&to=2025-10-31' },
  { name: 'income detail, all of one item', path: '/api/income?chargeItemId=$item' },
  { name: 'income detail, part of a payer', path: '/api/income?q=4999' },
  { name: 'income detail, reversed ones', path: '/api/income?state=reversed' },
  { name: 'income detail, last page', path: '/api/income?page=20000' },
  {
    name: 'charge ledger by house, all years',
    path: '/api/charge-ledger',
    byHand: `select target_id, count(*), sum(receivable_fen), sum(discount_fen), sum(waived_fen), sum(received_fen - refunded_fen), sum(outstanding_fen),
      sum(late_fee_received_fen) from bill where company_id = $1 and voided_at is null group by 1 order by 7 desc limit 50`,
  },
  { name: 'charge ledger by house, most owed first', path: '/api/charge-ledger?sort=-outstanding&paying=owing' },
  { name: 'charge ledger by building', path: '/api/charge-ledger?groupBy=building' },
  {
    name: 'charge ledger by item, one year',
    path: '/api/charge-ledger?groupBy=item&monthFrom=2025-01&monthTo=2025-12',
  },
  { name: 'year grid', path: '/api/charge-ledger/years/2025' },
  { name: 'dashboard figures', path: '/api/dashboard' },
  { name: 'dashboard charts', path: '/api/dashboard/charts' },
  {
    name: 'report due and received by month, with the balance before',
    path: '/api/reports/receivable?from=2025-01-01&to=2025-12-31',
    byHand: `select month, sum(due), sum(paid), sum(back) from (
        select date_trunc('month', coalesce(booked_on, period_from)) as month, sum(receivable_fen) as due, 0 as paid, 0 as back
          from bill where company_id = $1 and coalesce(booked_on, period_from) <= '2025-12-31' group by 1
        union all select date_trunc('month', day), 0, sum(principal_fen) filter (where kind <> 'refund'), sum(principal_fen) filter (where kind = 'refund')
          from allocation where company_id = $1 and day <= '2025-12-31' group by 1) x group by 1`,
  },
  {
    name: 'report due and received by house, all years',
    path: '/api/reports/receivable?groupBy=target&from=2000-01-01&to=2099-12-31',
  },
  {
    name: 'report collection rate by building',
    path: '/api/reports/collection?groupBy=building&from=2025-01-01&to=2025-12-31',
  },
  {
    name: 'report income by method, all years',
    path: '/api/reports/income?groupBy=method&from=2000-01-01&to=2099-12-31',
    byHand: `select payment_method_id, count(*), sum(amount_fen), sum(principal_fen), sum(late_fee_fen), sum(prepaid_fen), sum(deposit_fen), sum(other_fen),
      sum(amount_fen) filter (where kind = 'refund'), sum(amount_fen) filter (where kind = 'reversal') from income_movement where company_id = $1 group by 1`,
  },
  { name: 'report income by day, one year', path: '/api/reports/income?groupBy=day&from=2025-01-01&to=2025-12-31' },
  {
    name: 'report arrears by age and house',
    path: '/api/reports/arrears',
    byHand: `select target_id, count(*), sum(outstanding_fen), sum(outstanding_fen) filter (where current_date - due_on <= 30),
      sum(outstanding_fen) filter (where current_date - due_on > 365) from bill where company_id = $1 and voided_at is null and outstanding_fen > 0 group by 1
      order by 3 desc limit 100`,
  },
  {
    name: 'trial balance of a year',
    path: '/api/trial-balance?from=2025-01-01&to=2025-12-31',
    byHand: `select account, sum(amount_fen) filter (where day < '2025-01-01'), sum(amount_fen) filter (where day >= '2025-01-01' and amount_fen > 0),
      sum(amount_fen) filter (where day >= '2025-01-01' and amount_fen < 0) from journal_line where company_id = $1 and day <= '2025-12-31' group by 1`,
  },
  {
    name: 'lines of an account in a month',
    path: '/api/trial-balance/lines?account=receivable&from=2025-10-01&to=2025-10-31',
  },
  { name: 'receipts and what is invoiced of them', path: '/api/receipt-invoicings' },
  { name: 'report late fees by month', path: '/api/reports/lateFees?from=2025-01-01&to=2025-12-31' },
  { name: 'report houses', path: '/api/reports/houses?groupBy=building' },
  {
    name: 'rows behind what a month received',
    path: '/api/reports/receivable/lines?column=received&from=2025-10-01&to=2025-10-31',
  },
];

export const reportsBench: Bench = {
  name: 'reports',
  async run(environment) {
    const { services, isQuick, isLarge } = environment;
    const company = await environment.freshCompany();
    environment.say('  filling bills and receipts');
    const filling = await secondsOf(async () => {
      await addManyHouses(services, company, isQuick ? 1_000 : isLarge ? 100_000 : 10_000);
      await addManyReceipts(services, company, isQuick ? 6 : 53, environment.say);
    });
    const { rows: sizes } = await services.ownerPool.query<{ size: string }>(
      'select pg_size_pretty(pg_database_size(current_database())) as size',
    );
    environment.say(`  filled in ${Math.round(filling)} s: ${sizes[0]!.size}`);
    const app = await buildApp(services);
    const cookie = await signInOf(app);
    const item = await services.ownerPool.query<{ id: string }>(
      'select id from charge_item where company_id = $1 limit 1',
      [company.companyId],
    );
    const rounds = isQuick || isLarge ? 3 : 10;
    const results: BenchResult[] = [];
    for (const page of pages) {
      const url = page.path.replace('$item', item.rows[0]!.id);
      const open = async () => {
        const response = await app.inject({ method: 'GET', url, headers: { cookie } });
        if (response.statusCode !== 200) throw new Error(`${url}: ${response.body}`);
      };
      const byHand = () => services.ownerPool.query(page.byHand!, [company.companyId]);
      const ours: number[] = [];
      const reference: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await services.ownerPool.query(`select nextval('change_count_everywhere')`);
        ours.push((await secondsOf(open)) * 1000);
        if (page.byHand) reference.push((await secondsOf(byHand)) * 1000);
      }
      environment.say(`  ${page.name}: ${ours.map(Math.round).join(' ')} | ${reference.map(Math.round).join(' ')} ms`);
      results.push(pageResult(page.name, ours, reference, isLarge ? 3 : 1));
    }
    await app.close();
    if (isLarge) return results;
    const seconds = await secondsOf(() => asSystem(services, company.companyId, verifyBooks));
    results.push({ name: 'verify over the same books', unit: 's', ours: spreadOf([seconds]) });
    return results;
  },
};

function pageResult(name: string, ours: number[], reference: number[], mostSeconds: number): BenchResult {
  const p95 = [...ours].sort((a, b) => a - b)[Math.ceil(ours.length * 0.95) - 1]!;
  return {
    name: `${name}, p95 ${Math.round(p95)} ms`,
    unit: 'ms',
    ours: spreadOf(ours),
    ...(reference.length > 0 ? { reference: spreadOf(reference), ratio: spreadOf(ratiosOf(reference, ours)) } : {}),
    bar: { text: `p95 ≤ ${mostSeconds} s`, isReached: p95 <= mostSeconds * 1000 },
  };
}
