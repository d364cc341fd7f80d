import { type Sql, sql } from '../../../platform/database/sql.ts';
import type { ReportBranch } from './report-source.ts';

/** A branch over the income detail: what a row is of and opens is the same in every report. */
export function movementBranch(where: Sql, amounts: ReportBranch['amounts']): ReportBranch {
  return {
    from: sql`income_movement m`,
    where,
    of: {
      community: sql`m.community_id`,
      target: sql`m.target_id`,
      targetKind: sql`m.target_kind`,
      day: sql`m.day`,
      method: sql`m.payment_method_id`,
      staff: sql`m.staff_id`,
    },
    amounts,
    line: {
      document: sql`m.kind`,
      id: sql`m.document_id`,
      openAs: sql`case when m.refund_id is not null then 'refund' else 'receipt' end`,
      openId: sql`coalesce(m.refund_id, m.receipt_id)`,
    },
  };
}
