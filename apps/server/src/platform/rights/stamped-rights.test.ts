import { allPermissions, currentSession, type Permission } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { nowText } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

/** Two groups; a person in a department below another one. A group is held by the person, or comes with a department. */
async function staffWithGroups() {
  const company = await server.company();
  const person = await company.person('保安');
  const become = (change: Sql) => company.run((ctx) => ctx.tx.run(change));
  const ids = { company: company.id, groups: [] as string[], departments: [] as string[] };
  await company.run(async (ctx) => {
    ids.groups = [ctx.newId(), ctx.newId()];
    ids.departments = [ctx.newId(), ctx.newId()];
    for (const [n, id] of ids.groups.entries())
      await ctx.tx.run(sql`insert into permission_group (company_id, id, name, permissions, created_at, updated_at)
        values (${company.id}, ${id}, ${`组${n}`}, '{}', ${nowText(ctx)}, ${nowText(ctx)})`);
    for (const [n, id] of ids.departments.entries())
      await ctx.tx.run(sql`insert into department (company_id, id, parent_id, name, created_at, updated_at)
        values (${company.id}, ${id}, ${n === 0 ? null : ids.departments[0]}, ${`部${n}`}, ${nowText(ctx)}, ${nowText(ctx)})`);
    await ctx.tx.run(sql`delete from staff_permission_group where staff_id = ${person.staffId}`);
    await ctx.tx.run(sql`insert into staff_department (company_id, staff_id, department_id)
      values (${company.id}, ${person.staffId}, ${ids.departments[1]})`);
  });
  return { ...ids, person, become };
}

it('an open session has, with every request, the rights that its groups and departments give at that moment', async () => {
  const few = allPermissions.filter((one) => one !== 'backup.edit').slice(0, 6);
  const group = fc.constantFrom(0, 1);
  const step = fc.oneof(
    fc.record({ fill: group, with: fc.subarray(few), phone: fc.subarray(few) }),
    fc.record({ give: group, to: fc.constantFrom('person' as const, 0, 1) }),
    fc.record({ take: group, from: fc.constantFrom('person' as const, 0, 1) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      const { company, groups, departments, person, become } = await staffWithGroups();
      const filled: Permission[][] = [[], []];
      const given = new Set<string>();
      for (const one of steps) {
        if ('fill' in one) {
          filled[one.fill] = one.with;
          await become(sql`update permission_group set permissions = ${one.with}, phone_permissions = ${one.phone}
            where company_id = ${company} and id = ${groups[one.fill]}`);
        } else if ('give' in one) {
          given.add(`${one.to} ${one.give}`);
          await become(
            one.to === 'person'
              ? sql`insert into staff_permission_group (company_id, staff_id, permission_group_id)
                  values (${company}, ${person.staffId}, ${groups[one.give]}) on conflict do nothing`
              : sql`insert into department_permission_group (company_id, department_id, permission_group_id)
                  values (${company}, ${departments[one.to]}, ${groups[one.give]}) on conflict do nothing`,
          );
        } else {
          given.delete(`${one.from} ${one.take}`);
          await become(
            one.from === 'person'
              ? sql`delete from staff_permission_group where company_id = ${company} and staff_id = ${person.staffId}
                  and permission_group_id = ${groups[one.take]}`
              : sql`delete from department_permission_group where company_id = ${company}
                  and department_id = ${departments[one.from]} and permission_group_id = ${groups[one.take]}`,
          );
        }
        const held = [0, 1].filter((n) => [...given].some((word) => word.endsWith(` ${n}`)));
        const expected = new Set(held.flatMap((n) => filled[n]!));
        expect((await person.call(currentSession)).permissions.toSorted()).toEqual([...expected].toSorted());
      }
    }),
    { numRuns: 12 },
  );
});
