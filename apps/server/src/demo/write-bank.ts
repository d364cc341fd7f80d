import { addShippedTemplates, importAgreements, readBankNames } from '../domains/banking/index.ts';
import { type Context, nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/** Banks, an account of the company, and what some owners agreed to with their bank, so that a batch can be tried at once. */
export async function writeBank(
  ctx: Context,
  at: { communityId: string; houseIds: readonly string[]; from: string },
): Promise<void> {
  await addShippedTemplates(ctx);
  await ctx.tx.run(sql`insert into bank_account (company_id, id, community_id, name, account_number, created_at, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${at.communityId}, '工行收费户', '4402000000000000001', ${nowText(ctx)}, ${nowText(ctx)})`);
  const [bankTemplateId] = (await readBankNames(ctx)).values();
  if (bankTemplateId === undefined) return;
  const rows = at.houseIds
    .filter((_, index) => index % 9 === 0)
    .slice(0, 12)
    .map((houseId, index) => ({
      rowNumber: index + 1,
      houseId,
      bankTemplateId,
      accountNumber: `62220200000000${String(10_000 + index * 37)}`,
      accountName: '业主本人',
      startsOn: at.from,
      endsOn: null,
      note: '',
    }));
  await importAgreements(ctx, at.communityId, rows, 'skip');
}
