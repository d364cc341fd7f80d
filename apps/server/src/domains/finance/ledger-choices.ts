import type { EndpointReply, ledgerChoices } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';

type Choices = EndpointReply<typeof ledgerChoices>;
type Choice = Choices['items'][number];

/** What the filters of the ledger offer: items, the buildings of a community or of all, tags. */
export async function readLedgerChoices(ctx: Context, communityId: string | undefined): Promise<Choices> {
  const { tx, companyId } = ctx;
  const items = await tx.rows<Choice>(
    sql`select id, name from charge_item where company_id = ${companyId} order by sort_order, name`,
  );
  const tags = await tx.rows<Choice>(
    sql`select id, name from tag where company_id = ${companyId} order by sort_order, name`,
  );
  const buildings = await tx.ad<Choice>(sql`
    select b.id, ${communityId ? sql`b.name` : sql`c.name || ' ' || b.name as name`}
    from building b join community c on c.company_id = b.company_id and c.id = b.community_id
    where b.company_id = ${companyId} ${communityId ? sql`and b.community_id = ${communityId}` : empty}
    order by c.sort_order, c.name, b.sort_order, b.name collate natural_order`);
  return { items, buildings, tags };
}
