import { hashPassword } from '../auth/password.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { enterCompany, type Transaction } from '../database/transaction.ts';
import { administratorGroup, type BuiltInGroup, builtInGroups, phonePermissionsOf } from './built-in-groups.ts';

/** Creates a company with the built-in permission groups and steps the transaction into it. Returns its id. */
export async function createCompany(
  ctx: Pick<Context, 'newId' | 'clock'> & { tx: Transaction },
  company: { name: string; phone?: string; address?: string },
): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into company (id, name, phone, address, created_at)
    values (${id}, ${company.name}, ${company.phone ?? ''}, ${company.address ?? ''}, ${nowText(ctx)})`);
  await enterCompany(ctx.tx, id, '*');
  for (const [index, [name, permissions]] of Object.entries(builtInGroups).entries()) {
    await ctx.tx.run(sql`insert into permission_group (company_id, id, name, permissions, phone_permissions, built_in, holds_all, sort_order,
        created_at, updated_at)
      values (${id}, ${ctx.newId()}, ${name}, ${[...permissions]}, ${phonePermissionsOf(permissions)}, ${name}, ${name === administratorGroup},
        ${index}, ${nowText(ctx)}, ${nowText(ctx)})`);
  }
  return id;
}

export interface NewStaff {
  name: string;
  phone: string;
  password: string;
  position: string;
  groups: readonly BuiltInGroup[];
  /** `'*'` or the communities of the data scope. */
  communityIds: '*' | readonly string[];
  mustChangePassword?: boolean;
}

/** Adds a person of the staff who signs in with phone and password; an account of the same phone is used again. */
export async function createStaff(ctx: Context, staff: NewStaff): Promise<string> {
  const passwordHash = await hashPassword(staff.password);
  const account = await ctx.tx.first<{
    id: string;
  }>(sql`insert into account (id, phone, password_hash, must_change_password, created_at)
    values (${ctx.newId()}, ${staff.phone}, ${passwordHash}, ${staff.mustChangePassword ?? false}, ${nowText(ctx)})
    on conflict (phone) do update set phone = excluded.phone returning id`);
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into staff (company_id, id, account_id, name, phone, position, has_all_communities, created_at)
    values (${ctx.companyId}, ${id}, ${account!.id}, ${staff.name}, ${staff.phone}, ${staff.position}, ${staff.communityIds === '*'}, ${nowText(ctx)})`);
  await ctx.tx.run(sql`insert into staff_permission_group (company_id, staff_id, permission_group_id)
    select company_id, ${id}, id from permission_group where company_id = ${ctx.companyId} and built_in = any (${[...staff.groups]})`);
  if (staff.communityIds !== '*') {
    await ctx.tx.run(sql`insert into staff_community (company_id, staff_id, community_id)
      select ${ctx.companyId}, ${id}, * from unnest(${[...staff.communityIds]}::uuid[])`);
  }
  return id;
}
