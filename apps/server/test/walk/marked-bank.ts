import { shippedTemplates } from '../../src/domains/banking/bank-template.ts';
import { sealAccount } from '../../src/domains/banking/seal-account.ts';
import type { Context } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { addRow, type MarkedPlace, type Values } from './marked-row.ts';

/** Money through banks: an agreement, a batch the bank has not answered, a statement with a payment that waits. */
export async function fillBank(ctx: Context, at: MarkedPlace): Promise<void> {
  const add = (table: string, given: Values) =>
    addRow(ctx, table, at.mark, { community_id: at.communityId, created_by: at.staffId, ...given });
  const layout = JSON.stringify({ ...shippedTemplates[0], name: at.companyMark });
  const bank_template_id = await addRow(ctx, 'bank_template', at.companyMark, { layout });
  const bank_account_id = await add('bank_account', { note: at.mark });
  const agreementId = ctx.newId();
  const account = sealAccount(ctx, agreementId, '6222020200012345678');
  const bank_agreement_id = await add('bank_agreement', {
    id: agreementId,
    account_sealed: account.sealed,
    account_index: account.index,
    house_id: at.houseId,
    bank_template_id,
    account_masked: '**** 0000',
    starts_on: '2026-01-01',
  });
  const batch_id = await add('withholding_batch', {
    bank_template_id,
    template: layout,
    charge_item_ids: [],
    month_to: '2026-03',
    state: 'ready',
    purpose: at.mark,
  });
  const line_id = await add('withholding_line', { batch_id, bank_agreement_id, house_id: at.houseId });
  await add('withholding_bill', { line_id, bill_id: at.billIds[2], late_fee_fen: 0 });
  const statement_id = await add('bank_statement', { bank_account_id });
  const statementLine = await add('bank_statement_line', { bank_account_id, statement_id, remark: at.mark });
  const receipt = await ctx.tx.first<{ id: string }>(
    sql`select id from receipt where company_id = ${ctx.companyId} and reversed_at is null limit 1`,
  );
  await add('bank_statement_booking', { line_id: statementLine, receipt_id: receipt!.id, staff_id: at.staffId });
}
