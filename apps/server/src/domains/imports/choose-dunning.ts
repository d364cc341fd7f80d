import { type DunningChoice, importFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { findImport } from './import-batch.ts';

/** Keeps what the importer of bills said about dunning them (CHG-9). Only for an import of one's own that is done. */
export async function keepDunningChoice(ctx: Context, importId: string, choice: DunningChoice): Promise<void> {
  const batch = await findImport(ctx, 'bill', importId, 'lock');
  if (batch.state !== 'done') throw importFail('import.notDone');
  await ctx.tx.run(
    sql`update import_batch set dunning = ${choice} where company_id = ${ctx.companyId} and id = ${importId}`,
  );
  await recordAudit(ctx, {
    action: 'bill.import.chooseDunning',
    targetKind: 'import',
    targetId: importId,
    targetLabel: '导入的账单',
    communityId: batch.communityId,
    before: { dunning: batch.dunning },
    after: { dunning: choice },
  });
}
