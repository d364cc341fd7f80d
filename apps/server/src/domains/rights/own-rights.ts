import { allPermissions, isPermission, type Permission, permissionLabel, rightsFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Rights on the PC and on the phone. */
export interface RightSets {
  pc: ReadonlySet<Permission>;
  phone: ReadonlySet<Permission>;
  /** Everything, also what later versions add. */
  holdsAll: boolean;
}

/** What a person may do now, on either client. */
export async function rightsOfStaff(ctx: Context, staffId: string): Promise<RightSets> {
  const row = await ctx.tx.first<{ pc: string[]; phone: string[]; holds_all: boolean }>(sql`
    select p.permissions as pc, m.permissions as phone, p.holds_all
    from permissions_of(${ctx.companyId}, ${staffId}, 'pc') p, permissions_of(${ctx.companyId}, ${staffId}, 'phone') m`);
  return rightSets({ permissions: row!.pc, phone_permissions: row!.phone, holds_all: row!.holds_all });
}

/** Sets as the database keeps them; what an older version left behind is dropped. */
export function rightSets(row: {
  permissions: readonly string[];
  phone_permissions: readonly string[];
  holds_all: boolean;
}): RightSets {
  const all = new Set(allPermissions);
  if (row.holds_all) return { pc: all, phone: all, holdsAll: true };
  return {
    pc: new Set(row.permissions.filter(isPermission)),
    phone: new Set(row.phone_permissions.filter(isPermission)),
    holdsAll: false,
  };
}

/** What is in `wanted` and not in `held`, in words; empty when nothing is. */
export function missingRights(wanted: RightSets, held: RightSets): string[] {
  if (held.holdsAll) return [];
  const words = [
    ...[...wanted.pc].filter((one) => !held.pc.has(one)).map(permissionLabel),
    ...[...wanted.phone].filter((one) => !held.phone.has(one)).map((one) => `${permissionLabel(one)}（手机）`),
  ];
  return wanted.holdsAll ? [...words, '全部权限'] : words;
}

const shown = 5;
const inWords = (missing: readonly string[]) =>
  missing.length > shown ? `${missing.slice(0, shown).join('、')} 等 ${missing.length} 项` : missing.join('、');

/**
 * Nobody gives what they do not have (PLT-5), nor takes it from a department: throws rights.beyondOwn, or what `code`
 * names (403). The system may give everything.
 */
export async function refuseBeyondOwn(
  ctx: Context,
  given: RightSets,
  code: 'rights.beyondOwn' | 'rights.takenBeyondOwn' = 'rights.beyondOwn',
): Promise<void> {
  if (ctx.actor.id === null) return;
  const missing = missingRights(given, await rightsOfStaff(ctx, ctx.actor.id));
  if (missing.length > 0) throw rightsFail(code, { permissions: inWords(missing) });
}

/** Whoever may do more is not touched by whoever may do less: throws rights.higher (403). */
export async function refuseHigher(ctx: Context, person: { id: string; name: string }): Promise<void> {
  if (ctx.actor.id === null || ctx.actor.id === person.id) return;
  const missing = missingRights(await rightsOfStaff(ctx, person.id), await rightsOfStaff(ctx, ctx.actor.id));
  if (missing.length > 0) throw rightsFail('rights.higher', { name: person.name, permissions: inWords(missing) });
}
