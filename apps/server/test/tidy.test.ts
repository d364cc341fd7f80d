import { appAccesses, isPermission, residentAccesses } from '@anlin/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../src/app.ts';
import { applicationRole, schemaName } from '../src/platform/database/pool.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** Tables that belong to no company. A new one needs a reason here. */
const systemTables: Readonly<Record<string, string>> = {
  company: 'the list of companies itself',
  account: 'a person may work for several companies with one phone and password',
  session: 'found by its token before a company is known',
  setup_code: 'there before the first company, gone with it',
  sign_in_code: 'asked for before it is known whose phone it is, if anybody’s',
  schema_migration: 'which migrations were applied',
};

/** Tables that say what the data scope is: read before there is one. */
const scopeTables = ['staff_community', 'staff_building', 'staff_house'];

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const query = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await client.query<Row>(text, values)).rows;

async function tenantTables(): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') order by 1`,
    [schemaName],
  );
  return rows.map((row) => row.name).filter((name) => !(name in systemTables));
}

describe('every tenant table', () => {
  it('has company_id, and row-level security enabled and forced with the company policy', async () => {
    const rows = await query<{ name: string; company: boolean; forced: boolean; policy: boolean }>(
      `select c.relname as name,
         exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id' and a.attnotnull) as company,
         c.relrowsecurity and c.relforcerowsecurity as forced,
         exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'company' and p.polpermissive and p.polcmd = '*') as policy
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind in ('r', 'p')`,
      [schemaName],
    );
    const tenants = rows.filter((row) => !(row.name in systemTables));
    expect(tenants.length).toBeGreaterThan(25);
    expect(tenants.filter((row) => !(row.company && row.forced && row.policy))).toEqual([]);
  });

  it('counts its changes, so that no kept reply outlives them', async () => {
    const rows = await query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'session'
         and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'change_counted' and t.tgenabled = 'O')`,
      [schemaName],
    );
    expect(rows).toEqual([]);
  });

  it('that has community_id also has the data-scope policy', async () => {
    const rows = await query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'community_id' and not a.attisdropped
       where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname <> all ($2)
         and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'community' and not p.polpermissive)`,
      [schemaName, [...scopeTables, ...Object.keys(systemTables)]],
    );
    expect(rows).toEqual([]);
  });

  it('that names a house, a building or what hangs on one says in that policy what is seen of a part of a community', async () => {
    const rows = await query<{ name: string; policy: string }>(
      `select c.relname as name, pg_get_expr(p.polqual, p.polrelid) as policy from pg_class c
       join pg_namespace n on n.oid = c.relnamespace join pg_policy p on p.polrelid = c.oid and p.polname = 'community'
       where n.nspname = $1 and c.relname <> all ($2) and exists (select from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
         and a.attname in ('building_id', 'house_id', 'parking_space_id', 'vehicle_id', 'target_id', 'bill_id', 'receipt_id'))`,
      [schemaName, scopeTables],
    );
    expect(rows.length).toBeGreaterThan(14);
    const isSilent = ({ policy }: { policy: string }) =>
      !/visible_(house|target|receipt|prepaid_account|deposit)_ids|scope_building_ids|shown_building_ids|EXISTS/.test(
        policy,
      );
    // Mend with `call scope_tenant_table(table, condition)` in the migration that makes the table (ADR 0016).
    expect(rows.filter(isSilent).map((row) => row.name)).toEqual([]);
  });

  it('has company_id first in its primary key and in every unique index', async () => {
    const rows = await query<{ name: string; index: string }>(
      `select c.relname as name, i.indexrelid::regclass::text as index from pg_index i
       join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and i.indisunique and c.relname <> all ($2)
         and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attnum = any (i.indkey) and a.attname = 'company_id')`,
      [schemaName, Object.keys(systemTables)],
    );
    expect(rows).toEqual([]);
  });

  it('refers to others by keys that contain company_id', async () => {
    const rows = await query<{ name: string; key: string }>(
      `select c.relname as name, k.conname as key from pg_constraint k join pg_class c on c.oid = k.conrelid
       join pg_namespace n on n.oid = c.relnamespace join pg_class t on t.oid = k.confrelid
       where n.nspname = $1 and k.contype = 'f' and c.relname <> all ($2) and t.relname <> all ($3)
         and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attnum = any (k.conkey) and a.attname = 'company_id')`,
      [schemaName, Object.keys(systemTables), ['account']],
    );
    expect(rows).toEqual([]);
  });
});

describe('the application’s role', () => {
  it('owns nothing, bypasses nothing, and is no superuser', async () => {
    const rows = await query<{ super: boolean; bypass: boolean; owned: string }>(
      `select r.rolsuper as super, r.rolbypassrls as bypass, (select count(*) from pg_class c where c.relowner = r.oid) as owned
       from pg_roles r where r.rolname = $1`,
      [applicationRole],
    );
    expect(rows).toEqual([{ super: false, bypass: false, owned: '0' }]);
  });

  it('sees nothing at all while no company is entered', async () => {
    await client.query(`set role ${applicationRole}; set search_path = ${schemaName}`);
    for (const table of await tenantTables()) {
      const { rows } = await client.query(`select count(*)::int as seen from ${table}`);
      expect({ table, seen: rows[0].seen }).toEqual({ table, seen: 0 });
    }
    await client.query('reset role');
  });

  it('may only add to money documents, audit entries and their seals', async () => {
    const rows = await query<{ table: string; privilege: string }>(
      `select table_name as table, privilege_type as privilege from information_schema.role_table_grants
       where grantee = $1 and table_schema = $2 and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')
         and table_name in ('audit_entry', 'audit_seal', 'receipt', 'receipt_tender', 'receipt_reversal', 'receipt_restoration', 'bill_void',
           'bill_restoration', 'bill_reduction', 'bill_edit', 'allocation', 'income_movement', 'refund', 'refund_tender', 'prepaid_account', 'prepaid_movement',
           'deposit', 'deposit_movement', 'other_income')`,
      [applicationRole, schemaName],
    );
    expect(rows).toEqual([]);
  });
});

describe('every route', () => {
  it('names a permission of the catalogue, or says signedIn, public, which residents or which apps', () => {
    const wrong = routes.filter(
      ({ endpoint }) =>
        !['signedIn', 'public', ...residentAccesses, ...appAccesses].includes(endpoint.access) &&
        !isPermission(endpoint.access),
    );
    expect(wrong.map((route) => route.endpoint.id)).toEqual([]);
  });

  it('has an id and an address of its own', () => {
    expect(new Set(routes.map((route) => route.endpoint.id)).size).toBe(routes.length);
    expect(new Set(routes.map(({ endpoint }) => `${endpoint.method} ${endpoint.path}`)).size).toBe(routes.length);
  });

  it('is public only where somebody must be able to come in', () => {
    const open = routes.filter((route) => route.endpoint.access === 'public').map((route) => route.endpoint.id);
    expect(open.sort()).toEqual([
      'collect.open',
      'collect.pay',
      'collect.payment',
      'collect.startWechat',
      'collect.takeMiniProgramCode',
      'collect.takeWechatCode',
      'community.page',
      'community.picture',
      'dunning.open',
      'file.download',
      'fund.page',
      'household.company',
      'household.requestCode',
      'household.signIn',
      'household.signInByWechat',
      'household.startWechatSignIn',
      'invoice.callback',
      'officialAccount.receive',
      'officialAccount.verify',
      'payLink.open',
      'payLink.pay',
      'payLink.payment',
      'payLink.startWechat',
      'payLink.takeMiniProgramCode',
      'payLink.takeWechatCode',
      'payment.callback',
      'session.requestCode',
      'session.signIn',
      'session.signInByCode',
      'session.signInByWecom',
      'session.startWecom',
      'session.ways',
      'setup.checkCode',
      'setup.open',
      'setup.status',
      'statement.open',
      'wall.open',
    ]);
  });
});
