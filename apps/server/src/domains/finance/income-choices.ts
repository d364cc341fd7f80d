import type { EndpointReply, incomeChoices } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';

type Choices = EndpointReply<typeof incomeChoices>;

/** What the filters of the finance pages offer: methods, items, the company's staff, and the buildings of a community. */
export async function readIncomeChoices(ctx: Context, communityId: string | undefined): Promise<Choices> {
  const { tx, companyId } = ctx;
  type Choice = { id: string; name: string };
  const methods = await tx.rows<Choice>(
    sql`select id, name from payment_method where company_id = ${companyId} order by sort_order, name`,
  );
  const items = await tx.rows<Choice>(
    sql`select id, name from charge_item where company_id = ${companyId} order by sort_order, name`,
  );
  const staff = await tx.rows<Choice>(
    sql`select id, name from staff where company_id = ${companyId} order by name, id`,
  );
  const buildings = await tx.ad<Choice>(sql`
    select b.id, ${communityId ? sql`b.name` : sql`c.name || ' ' || b.name as name`}
    from building b join community c on c.company_id = b.company_id and c.id = b.community_id
    where b.company_id = ${companyId} ${communityId ? sql`and b.community_id = ${communityId}` : empty}
    order by c.sort_order, c.name, b.sort_order, b.name collate natural_order`);
  return { methods, items, staff, buildings };
}
