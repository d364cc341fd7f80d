import { schemaName } from '../database/pool.ts';
import { raw, type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

/** A column whose texts only this installation's key opens, and the blind index beside it. */
export interface SealedColumn {
  table: string;
  column: string;
  index: string;
  /** As the vault knows it: `resident.idCard`. */
  field: string;
}

export interface ArchiveColumn {
  name: string;
  /** PostgreSQL's type, to cast the text back. */
  type: string;
  /** Numbers stand as they are; every other text is guarded against being run as a formula. */
  isNumber: boolean;
  /** What is written for a row `t`. */
  value: Sql;
  sealed?: SealedColumn;
}

export interface ArchiveTable {
  name: string;
  columns: ArchiveColumn[];
  /** Primary key without the company, as SQL to order by. */
  order: Sql;
  /** The column that names the company. */
  companyColumn: 'id' | 'company_id';
  /** Tables its foreign keys point to. */
  references: string[];
}

/** The column of staff.csv that stands for the account: passwords stay behind, people are found again by phone. */
export const accountPhone = 'account_phone';

/**
 * What is under way stands still in an archive: whoever takes it in must not send a message or run a task a second time.
 * By table and column; tables and columns that do not exist are passed over.
 */
const standstill: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  task: {
    state: `case when t.state in ('queued', 'running') then 'cancelled' else t.state end`,
    finished_at: `case when t.state in ('queued', 'running') then t.created_at else t.finished_at end`,
  },
  outbox_event: { dispatched_at: 'coalesce(t.dispatched_at, t.created_at)' },
  message_delivery: {
    state: `case when t.state = 'sent' then t.state else 'givenUp' end`,
    next_attempt_at: 'null::timestamptz',
    claimed_until: 'null::timestamptz',
    ended_at: 'coalesce(t.ended_at, t.created_at)',
  },
  // What a person agreed to is good for one message, wherever it is sent from.
  subscription_consent: { used_at: 'coalesce(t.used_at, t.given_at)' },
  // What opens without sign-in opens by the secret of one installation; elsewhere links are made anew.
  wall_link: { revoked_at: 'coalesce(t.revoked_at, t.created_at)' },
  statement_link: { revoked_at: 'coalesce(t.revoked_at, t.created_at)' },
  // Nobody is asked to pay by a copy: what waited is not sent, and plans are switched on by a person.
  dunning_notice: {
    state: `case when t.state = 'waiting' then 'held' else t.state end`,
    reason: `case when t.state = 'waiting' then 'stopped' else t.reason end`,
  },
  dunning_plan: { is_enabled: 'false' },
  // Nobody is signed in elsewhere because they were here.
  resident_session: { expires_at: 't.created_at' },
  resident_sign_in_code: { expires_at: 't.created_at' },
  pay_link: { expires_at: 't.created_at' },
  wechat_visit: { expires_at: 't.created_at' },
  // The provider knows this installation; an invoice that was on its way is asked after only when a person says so.
  invoice: { next_try_at: 'null::timestamptz', claimed_until: 'null::timestamptz' },
  // The same of channels: orders and refunds that were open are looked after where the company was.
  payment_order: { next_query_at: 'null::timestamptz', claimed_until: 'null::timestamptz' },
  channel_refund: { next_query_at: 'null::timestamptz', claimed_until: 'null::timestamptz' },
  reconciliation: { next_try_at: 'null::timestamptz', claimed_until: 'null::timestamptz' },
  // Keys are of the installation that made them, and a copy tells nobody what happens in it.
  partner_key: { revoked_at: 'coalesce(t.revoked_at, t.created_at)' },
  webhook_endpoint: { is_on: 'false' },
  webhook_delivery: {
    state: `case when t.state = 'sent' then t.state else 'givenUp' end`,
    next_attempt_at: 'null::timestamptz',
    claimed_until: 'null::timestamptz',
    ended_at: 'coalesce(t.ended_at, t.created_at)',
  },
  // No money is taken by a copy: plans are switched on by a person, and what waited is not taken.
  payment_agreement: { next_query_at: 'null::timestamptz', claimed_until: 'null::timestamptz' },
  deduction_plan: { is_on: 'false' },
  deduction: {
    state: `case when t.state = 'waiting' then 'cancelled' else t.state end`,
    ended_at: `case when t.state = 'waiting' then t.created_at else t.ended_at end`,
    next_at: 'null::timestamptz',
    claimed_until: 'null::timestamptz',
  },
  backup_run: { state: `case when t.state in ('queued', 'running') then 'failed' else t.state end` },
  // Folders are those of this machine, and whether there is to be a backup is decided there.
  backup_setting: { is_on: 'false', is_continuous: 'false', folder: `''`, disk_low_since: 'null::timestamptz' },
};

/** Columns that do not travel: the name is chosen anew, and age decides which company runs the installation. */
const staysBehind: Readonly<Record<string, readonly string[]>> = {
  company: ['id', 'name', 'created_at'],
  staff: ['account_id'],
};

/** Tallies are made anew by the triggers of the rows they count (ADR 0068). */
const isTally = (table: string) => table.endsWith('_tally');

interface ColumnRow {
  table: string;
  name: string;
  type: string;
  category: string;
}

/**
 * The company itself and every table of its own, from the catalogue: a table that a later version adds is archived
 * without a line being written here. A tenant table is one under row-level security.
 */
export async function listTables(
  tx: Transaction,
  sealedColumns: readonly SealedColumn[],
  hasSealed: boolean,
): Promise<ArchiveTable[]> {
  const columns = await tx.rows<ColumnRow>(sql`select c.relname::text as table, a.attname::text as name,
      format_type(a.atttypid, a.atttypmod) as type, y.typcategory::text as category
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      join pg_type y on y.oid = a.atttypid
    where n.nspname = ${schemaName} and c.relkind in ('r', 'p') and not c.relispartition and (c.relrowsecurity or c.relname = 'company')
    order by c.relname, a.attnum`);
  const keys = await readNames(
    tx,
    sql`select c.relname::text as table, a.attname::text as name
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
      cross join unnest(i.indkey::int2[]) with ordinality k (attnum, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
    where n.nspname = ${schemaName} and i.indisprimary order by c.relname, k.place`,
  );
  const references = await readNames(
    tx,
    sql`select distinct c.relname::text as table, f.relname::text as name
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
      join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schemaName} and k.contype = 'f'
    union select table_name, parent_name from kept_reference order by 1, 2`,
  );
  const archived = columns.filter(({ table }) => !isTally(table));
  return [...Map.groupBy(archived, (column) => column.table)].map(([name, own]) => {
    const companyColumn = name === 'company' ? 'id' : 'company_id';
    const isText = (column: string) => own.find((one) => one.name === column)?.category === 'S';
    const beside = (keys.get(name) ?? []).filter((column) => column !== 'company_id');
    // A table may have one row of each company.
    const key = beside.length > 0 ? beside : [companyColumn];
    return {
      name,
      companyColumn,
      columns: own.flatMap((column) => archiveColumn(column, sealedColumns, hasSealed)).concat(extraColumns(name)),
      order: raw(key.map((column) => `t."${column}"${isText(column) ? ' collate "C"' : ''}`).join(', ')),
      references: references.get(name) ?? [],
    };
  });
}

async function readNames(tx: Transaction, query: Sql): Promise<Map<string, string[]>> {
  const rows = await tx.rows<{ table: string; name: string }>(query);
  return new Map(
    [...Map.groupBy(rows, (row) => row.table)].map(([table, own]) => [table, own.map(({ name }) => name)]),
  );
}

function archiveColumn(
  { table, name, type, category }: ColumnRow,
  sealedColumns: readonly SealedColumn[],
  hasSealed: boolean,
): ArchiveColumn[] {
  const sealed = sealedColumns.find((one) => one.table === table && one.column === name);
  const isIndex = sealedColumns.some((one) => one.table === table && one.index === name);
  if (name === 'company_id' || isIndex || staysBehind[table]?.includes(name)) return [];
  // What is sealed in a way that is not known here opens nowhere else: keys of third parties are entered anew.
  if (/(^|_)sealed(_|$)/.test(name) && !(sealed && hasSealed)) return [];
  const value = raw(standstill[table]?.[name] ?? `t."${name}"`);
  return [{ name, type, isNumber: category === 'N', value, ...(sealed ? { sealed } : {}) }];
}

function extraColumns(table: string): ArchiveColumn[] {
  if (table !== 'staff') return [];
  const value = raw('(select a.phone from account a where a.id = t.account_id)');
  return [{ name: accountPhone, type: 'text', isNumber: false, value }];
}

/**
 * The tables in groups so that what a group refers to stands in it or before it. Tables that refer to each other in a
 * circle share a group.
 */
export function inOrderOfReference<T extends Pick<ArchiveTable, 'name' | 'references'>>(tables: readonly T[]): T[][] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const reachOf = (start: string) => {
    const reached = new Set<string>();
    const waiting = [...(byName.get(start)?.references ?? [])];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (reached.has(name) || !byName.has(name)) continue;
      reached.add(name);
      waiting.push(...byName.get(name)!.references);
    }
    return reached;
  };
  const reach = new Map(tables.map((table) => [table.name, reachOf(table.name)]));
  const done = new Set<string>();
  const groups: T[][] = [];
  while (done.size < tables.length) {
    const isNext = ({ name }: T) =>
      !done.has(name) &&
      [...reach.get(name)!].every((other) => done.has(other) || other === name || reach.get(other)!.has(name));
    const first = tables.find(isNext)!;
    const group = tables.filter(
      ({ name }) => name === first.name || (!done.has(name) && reach.get(first.name)!.has(name)),
    );
    for (const { name } of group) done.add(name);
    groups.push(group);
  }
  return groups;
}
