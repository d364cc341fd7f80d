import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

/**
 * The text of an entry that its hash covers: every column, in a fixed order, as PostgreSQL prints it. An array keeps
 * the columns apart, so that nothing can be moved from one to its neighbour; the instant is printed without a zone.
 */
export const sealedText = sql`jsonb_build_array(e.id, e.at at time zone 'UTC', e.actor_kind, e.actor_id, e.actor_name, e.action,
  e.target_kind, e.target_id, e.target_label, e.community_id, e.before, e.after, e.ip, e.request_id)::text`;

/** Hash of one link: the one before, its place, and the entry's text. */
export function linkHash(previous: Buffer, sequence: bigint, text: string): Buffer {
  return createHash('sha256').update(previous).update(sequence.toString()).update(text).digest();
}

const firstHash = Buffer.alloc(32);
const chunkSize = 2000;

/**
 * Seals entries committed since the last time, oldest first, and returns how many. One sealer at a time per company
 * (an advisory lock of the transaction). Called shortly after writes and before `verify`.
 */
export async function sealAudit(ctx: Context): Promise<number> {
  const { tx } = ctx;
  await tx.rows(sql`select pg_advisory_xact_lock(hashtextextended('audit-seal ' || ${ctx.companyId}::text, 0))`);
  const last = await tx.first<{ sequence: bigint; hash: Buffer }>(
    sql`select sequence, hash from audit_seal where company_id = ${ctx.companyId} order by sequence desc limit 1`,
  );
  const waiting = await tx.rows<{ id: string; text: string }>(sql`select e.id, ${sealedText} as text from audit_entry e
    where e.company_id = ${ctx.companyId}
      and not exists (select 1 from audit_seal s where s.company_id = e.company_id and s.audit_entry_id = e.id)
    order by e.id limit ${chunkSize}`);
  let previous: Buffer = last?.hash ?? firstHash;
  let sequence = last?.sequence ?? 0n;
  const links = waiting.map((entry) => {
    sequence += 1n;
    const hash = linkHash(previous, sequence, entry.text);
    const link = { sequence, entryId: entry.id, previous, hash };
    previous = hash;
    return link;
  });
  if (links.length > 0) {
    await tx.run(sql`insert into audit_seal (company_id, id, sequence, audit_entry_id, previous_hash, hash)
      select ${ctx.companyId}, * from unnest(${links.map(() => ctx.newId())}::uuid[], ${links.map((l) => l.sequence.toString())}::bigint[],
        ${links.map((l) => l.entryId)}::uuid[], ${links.map((l) => l.previous)}::bytea[], ${links.map((l) => l.hash)}::bytea[])`);
  }
  return links.length;
}

export interface BrokenSeal {
  sequence: bigint;
  reason: 'previous' | 'hash' | 'gap' | 'missingEntry';
}

/** Walks the whole chain of a company and names the first link that does not hold; null when all do. */
export async function findBrokenSeal(ctx: Context): Promise<BrokenSeal | null> {
  let previous: Buffer = firstHash;
  let expected = 1n;
  for (;;) {
    const links = await ctx.tx.rows<{ sequence: bigint; previous_hash: Buffer; hash: Buffer; text: string | null }>(sql`
      select s.sequence, s.previous_hash, s.hash, case when e.id is null then null else ${sealedText} end as text
      from audit_seal s left join audit_entry e on e.company_id = s.company_id and e.id = s.audit_entry_id
      where s.company_id = ${ctx.companyId} and s.sequence >= ${expected.toString()} order by s.sequence limit ${chunkSize}`);
    for (const link of links) {
      const { sequence } = link;
      if (sequence !== expected) return { sequence: expected, reason: 'gap' };
      if (link.text === null) return { sequence, reason: 'missingEntry' };
      if (!link.previous_hash.equals(previous)) return { sequence, reason: 'previous' };
      if (!link.hash.equals(linkHash(previous, sequence, link.text))) return { sequence, reason: 'hash' };
      previous = link.hash;
      expected += 1n;
    }
    if (links.length < chunkSize) return null;
  }
}
