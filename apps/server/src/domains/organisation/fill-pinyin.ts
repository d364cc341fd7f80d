import { asSystem } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { pinyinOf } from '../estate/index.ts';

const most = 500;

/** Works out the pinyin of people who came about without it: before this release, or with their company. */
export async function fillStaffPinyin(services: Services, companyId: string): Promise<void> {
  await asSystem(services, companyId, async (ctx) => {
    const rows = await ctx.tx.rows<{ id: string; name: string }>(
      sql`select id, name from staff where company_id = ${ctx.companyId} and pinyin = '' order by id limit ${most}`,
    );
    for (const { id, name } of rows) {
      const { pinyin, pinyinInitials } = pinyinOf(name);
      // A name without any sound of its own, such as a sign, stays as it is and is not looked at again.
      await ctx.tx.run(sql`update staff set pinyin = ${pinyin || '-'}, pinyin_initials = ${pinyinInitials}
        where company_id = ${ctx.companyId} and id = ${id} and pinyin = ''`);
    }
  });
}
