import { externalContactResource, staffDepartmentFilter, staffResource } from '@anlin/contract';
import { join, type Sql, sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';

const targets = defineResources([staffResource, externalContactResource]);

export const staffBinding: ResourceBinding = {
  definition: staffResource,
  targets,
  search: (_, q) => staffMatching(q),
  // In these departments or anywhere below them.
  idFilters: {
    [staffDepartmentFilter]: (ctx, ids) => sql`t.id = any (array(
      with recursive below as (
        select d.id from department d where d.company_id = ${ctx.companyId} and d.id = any (${[...ids]}::uuid[])
        union select d.id from department d join below on d.company_id = ${ctx.companyId} and d.parent_id = below.id
      )
      select l.staff_id from staff_department l join below on l.company_id = ${ctx.companyId} and l.department_id = below.id))`,
  },
};

export const externalContactBinding: ResourceBinding = { definition: externalContactResource, targets };

export const organisationBindings: readonly ResourceBinding[] = [staffBinding, externalContactBinding];

/** By name, nickname, number, pinyin whole or initials, and the last digits of the phone. */
function staffMatching(q: string): Sql {
  const text = q.trim();
  const contains = `%${likeText(text)}%`;
  const parts = [sql`t.name ilike ${contains}`, sql`t.nickname ilike ${contains}`, sql`t.number ilike ${contains}`];
  if (/^[a-z ]+$/i.test(text)) {
    const begins = `${likeText(text.replaceAll(' ', '').toLowerCase())}%`;
    parts.push(sql`t.pinyin like ${begins}`, sql`t.pinyin_initials like ${begins}`);
  }
  if (/^\d{3,}$/.test(text)) parts.push(sql`t.phone like ${`%${text}`}`);
  return sql`(${join(parts, ' or ')})`;
}
