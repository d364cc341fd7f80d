import { allPermissions, isPermission, type Permission } from '@anlin/contract';
import type { Client } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

const everything: ReadonlySet<Permission> = new Set(allPermissions);

/** A stamp says what the rights are, not whose: it never stands for anything else, so that nothing here grows old. */
const byStamp = new Map<string, ReadonlySet<Permission>>();
const mostStamps = 1000;

/** The rights `rights_stamp` stands for; undefined: not met yet. */
export function knownRights(stamp: string): ReadonlySet<Permission> | undefined {
  return stamp === '*' ? everything : byStamp.get(stamp);
}

/** What the database lists as somebody's rights; words of earlier versions are left out. */
export function permissionsOf(row: { permissions: readonly string[]; holds_all: boolean }): ReadonlySet<Permission> {
  return row.holds_all ? everything : new Set(row.permissions.filter(isPermission));
}

/** Rights of a person now, remembered by their stamp. */
export async function readRights(
  tx: Transaction,
  companyId: string,
  staffId: string,
  client: Client,
): Promise<ReadonlySet<Permission>> {
  const row = await tx.first<{ rights: string; permissions: string[] }>(
    sql`select * from stamped_rights(${companyId}, ${staffId}, ${client})`,
  );
  const { rights, permissions } = row!;
  const known = knownRights(rights) ?? permissionsOf({ permissions, holds_all: false });
  if (byStamp.size >= mostStamps) byStamp.clear();
  if (rights !== '*') byStamp.set(rights, known);
  return known;
}
