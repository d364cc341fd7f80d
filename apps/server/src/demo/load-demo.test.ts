import { type Calculation, explain } from '@anlin/pricing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../test/test-app.ts';
import { verifyBooks } from '../domains/finance/index.ts';
import { asSystem } from '../platform/boundary.ts';
import { type Sql, sql } from '../platform/database/sql.ts';
import { type DemoCounts, demoPassword, loadDemo, mainCompanyId, secondCompanyId } from './index.ts';

/** A Sunday morning in the third week of a month. */
const now = '2026-11-22T02:00:00Z';

let test: TestApp;
let counts: DemoCounts;
let hashes: Record<string, string>;
beforeAll(async () => {
  test = await startTestApp();
  test.clock.set(now);
  const startMs = performance.now();
  const loaded = await loadDemo(test.services);
  console.log(`demo loaded in ${Math.round(performance.now() - startMs)} ms:`, loaded);
  counts = loaded!;
  hashes = await contentHashes(test);
});
afterAll(() => test.stop());

const rows = <Row extends object>(query: Sql, companyId = mainCompanyId) =>
  asSystem(test.services, companyId, (ctx) => ctx.tx.ad<Row & Record<string, unknown>>(query));
const one = async <Row extends object>(query: Sql, companyId?: string) => (await rows<Row>(query, companyId))[0]!;

describe('the demo', () => {
  it('has three communities, about 3,000 houses and 1,200 parking spaces', async () => {
    expect(counts.communities).toBe(3);
    expect(counts.houses).toBeGreaterThan(2900);
    expect(counts.houses).toBeLessThan(3100);
    expect(await one(sql`select count(*)::int as spaces from parking_space`)).toEqual({ spaces: 1200 });
  });

  it('leaves no table of the product empty that the pages read', async () => {
    const tables = `community building unit house resident occupancy tag house_tag parking_space vehicle charge_item
      charge_standard charge_standard_price standard_binding raising_run bill payment_method receipt receipt_tender
      receipt_reversal allocation audit_entry task message outbox_event number_counter staff income_movement
      bill_reduction refund book_closing invoice invoice_line fund_account fund_movement shift`.split(/\s+/);
    const { rows: found } = await test.services.ownerPool.query<{ name: string; rows: boolean }>(
      tables.map((name) => `select '${name}' as name, exists (select from anlin.${name}) as rows`).join(' union all '),
    );
    expect(found.filter((table) => !table.rows)).toEqual([]);
  });

  it('tells twelve months up to the current one and nothing later than now', async () => {
    const months = await rows<{ month: string }>(
      sql`select distinct to_char(period_from, 'YYYY-MM') as month from bill order by 1`,
    );
    expect(months[0]?.month).toBe('2025-12');
    expect(months.at(-1)?.month).toBe('2026-11');
    expect(months).toHaveLength(12);
    const late = await one(sql`select (select count(*)::int from receipt where received_at > ${now}) as receipts,
      (select count(*)::int from bill where raised_at > ${now}) as bills, (select count(*)::int from audit_entry where at > ${now}) as entries`);
    expect(late).toEqual({ receipts: 0, bills: 0, entries: 0 });
  });

  it('collects between 88 and 96 percent in each community, and some people have not paid for months', async () => {
    const communities = await rows<{ name: string; share: number }>(sql`
      select c.name, (sum(b.received_fen) / sum(b.receivable_fen))::float as share from bill b join community c on c.id = b.community_id
      group by 1`);
    console.log(communities);
    expect(communities.filter(({ share }) => share < 0.88 || share > 0.96)).toEqual([]);
    const { debtors } = await one<{ debtors: number }>(sql`select count(*)::int as debtors from (
      select target_id from bill where outstanding_fen > 0 group by 1 having count(*) > 8) d`);
    expect(debtors).toBeGreaterThan(20);
  });

  it('has an owner for more than nine houses in ten, and everybody’s phone is made up', async () => {
    const { share } = await one<{ share: number }>(sql`select (count(*) filter (where exists (
      select from occupancy o where o.house_id = h.id and o.role = 'owner'))::float / count(*)) as share from house h`);
    expect(share).toBeGreaterThan(0.9);
    const real = await rows(sql`select phone from resident where phone <> '' and phone !~ '^1990000[0-9]{4}$'`);
    expect(real).toEqual([]);
  });

  it('explains every kind of bill, also across a change of price', async () => {
    const found = await rows<{ name: string; calculation: Calculation }>(sql`
      select distinct on (s.id, b.calculation -> 's' is null) s.name, b.calculation from bill b join charge_standard s on s.id = b.charge_standard_id`);
    const sentences = found.map(({ calculation }) => explain(calculation));
    expect(sentences.filter((text) => !/(= |为 )\d+\.\d{2}元$/.test(text))).toEqual([]);
    expect(sentences.some((text) => text.includes('（2026-07-16起）'))).toBe(true);
  });
});

describe('the books of the demo', () => {
  for (const [name, companyId] of [
    ['the main', mainCompanyId],
    ['the second', secondCompanyId],
  ] as const) {
    it(`of ${name} company pass every check of \`npm run verify\``, async () => {
      const report = await asSystem(test.services, companyId, verifyBooks);
      expect(report.checks.filter((check) => check.wrong > 0)).toEqual([]);
      expect(report.isSound).toBe(true);
    });

    it(`of ${name} company balance: debits equal credits in every document`, async () => {
      const wrong = await rows(
        sql`select document_id from journal_line group by document_id having sum(amount_fen) <> 0`,
        companyId,
      );
      expect(wrong).toEqual([]);
    });
  }

  it('give every receipt the sum of its tenders and of its allocations', async () => {
    const wrong = await rows(sql`select r.number from receipt r
      where total_fen <> (select sum(amount_fen) from receipt_tender t where t.receipt_id = r.id)
        or total_fen <> (select sum(principal_fen + late_fee_fen) from allocation a where a.receipt_id = r.id and a.kind = 'receipt')
        or (reversed_at is not null) <> exists (select from receipt_reversal v where v.receipt_id = r.id)`);
    expect(wrong).toEqual([]);
  });

  it('give cash and change that belong together', async () => {
    const wrong = await rows(sql`select r.number from receipt r
      where cash_tendered_fen - change_fen <> coalesce((select sum(amount_fen) from receipt_tender t
        join payment_method m on m.id = t.payment_method_id where t.receipt_id = r.id and m.is_cash), 0)`);
    expect(wrong).toEqual([]);
  });

  it('number receipts without gaps in the order of time, as the counters say', async () => {
    const scopes = await rows<{ count: number; distinct: number; last: number; counter: number; disorder: number }>(sql`
      select count(*)::int as count, count(distinct seq)::int as distinct, max(seq)::int as last, min(last_value)::int as counter,
        (count(*) filter (where received_at < previous))::int as disorder
      from (select *, lag(received_at) over (partition by scope order by seq) as previous
        from (select r.received_at, regexp_replace(r.number, '-\\d+$', '-{seq:6}') as scope, substring(r.number from '\\d+$')::int as seq, r.community_id
          from receipt r) r) r
      join number_counter n on n.community_id = r.community_id and n.scope = r.scope group by r.scope`);
    expect(scopes.length).toBe(36);
    expect(scopes.filter((one) => new Set([one.count, one.distinct, one.last, one.counter]).size !== 1)).toEqual([]);
    expect(scopes.filter((one) => one.disorder > 0)).toEqual([]);
  });

  it('hold a few late fees, reversed receipts and bills paid in part', async () => {
    const few = await one<{ late: number; reversed: number; part: number }>(sql`
      select (select count(*)::int from bill where late_fee_received_fen > 0) as late,
        (select count(*)::int from receipt where reversed_at is not null) as reversed,
        (select count(*)::int from bill where received_fen > 0 and outstanding_fen > 0) as part`);
    console.log(few);
    for (const count of Object.values(few)) expect(count).toBeGreaterThan(0);
  });
});

describe('loading the demo', () => {
  it('is refused where there is a company already, with nothing changed', async () => {
    expect(await loadDemo(test.services)).toBeNull();
  });

  it('lets a cashier of one community in, who sees that community only', async () => {
    const session = await signIn('19900000004');
    expect(session.communities.map((community: { name: string }) => community.name)).toEqual(['锦澜府']);
  });

  it('keeps the second company to itself', async () => {
    const session = await signIn('19900000011');
    expect(session.communities.map((community: { name: string }) => community.name)).toEqual(['桂花苑']);
  });

  it('gives the same content on the same day, whatever happens', async () => {
    const other = await startTestApp();
    try {
      other.clock.set(now);
      await loadDemo(other.services);
      expect(await contentHashes(other)).toEqual(hashes);
    } finally {
      await other.stop();
    }
  });
});

async function signIn(phone: string) {
  const payload = { phone, password: demoPassword };
  const response = await test.app.inject({ method: 'POST', url: '/api/session', payload });
  expect(response.statusCode).toBe(200);
  return response.json();
}

const sealed = ['id_card_sealed', 'id_card_index', 'account_sealed', 'account_index'];

/** A hash of all rows of every table that the demo fills; password hashes are salted and so differ. */
// What is sealed looks different each time, and each installation seals with a key of its own; the database itself gives
// some rows their ids. Tallies are the sums of the rows, folded now and then (ADR 0068).
async function contentHashes(app: TestApp): Promise<Record<string, string>> {
  const { rows: tables } = await app.services.ownerPool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'id'
     where c.relnamespace = 'anlin'::regnamespace and c.relkind = 'r' and c.relname not in ('account', 'session')
       and c.relname not like '%\\_tally' order by 1`,
  );
  const hashes: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows: found } = await app.services.ownerPool.query<{ hash: string }>(
      `select md5(coalesce(string_agg(h, '' order by h), '')) as hash
        from (select md5((to_jsonb(t) - $1::text[])::text) as h from anlin.${name} t) t`,
      [[...sealed, ...(['account_mapping', 'collection_plan'].includes(name) ? ['id'] : [])]],
    );
    hashes[name] = found[0]!.hash;
  }
  return hashes;
}
