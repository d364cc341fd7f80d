import { type BrokenSeal, findBrokenSeal, sealAudit } from '../../platform/audit/seal-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Check } from './book-check.ts';

const reasons: Record<BrokenSeal['reason'], string> = {
  previous: '与前一条的封印接不上',
  hash: '内容与封印不符，记录被改动过',
  gap: '缺这一号封印',
  missingEntry: '封印所指的记录不见了',
};

/** Seals what waits, then walks the chain of the audit log (PLT-12). */
export async function verifyAudit(ctx: Context): Promise<Check> {
  while ((await sealAudit(ctx)) > 0);
  const broken = await findBrokenSeal(ctx);
  const count = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) from audit_seal where company_id = ${ctx.companyId}`,
  );
  const entry = broken
    ? await ctx.tx.first<{ audit_entry_id: string }>(sql`select audit_entry_id from audit_seal
        where company_id = ${ctx.companyId} and sequence = ${broken.sequence.toString()}`)
    : undefined;
  return {
    key: 'audit',
    title: '操作日志的封印链完整',
    checked: Number(count!.count),
    wrong: broken ? 1 : 0,
    examples: broken
      ? [{ id: entry?.audit_entry_id ?? '', detail: `第 ${broken.sequence} 条：${reasons[broken.reason]}` }]
      : [],
  };
}
