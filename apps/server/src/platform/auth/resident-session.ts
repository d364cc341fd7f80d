import { randomBytes } from 'node:crypto';
import { asSystem } from '../boundary.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Services } from '../services.ts';
import { tokenHash } from './open-session.ts';

export const residentCookie = 'anlin_resident';
const sessionSeconds = 30 * 24 * 3600;

/** What the cookie of a resident says: in which company to look, and for what. */
export interface ResidentToken {
  companyId: string;
  hash: Buffer;
}

const cookiePattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

/** Undefined for anything that is no cookie of ours; whether it opens anything, the database says. */
export function readResidentCookie(cookie: string | undefined): ResidentToken | undefined {
  const [, companyId, token] = cookiePattern.exec(cookie ?? '') ?? [];
  return companyId && token ? { companyId, hash: tokenHash(token) } : undefined;
}

/**
 * Opens a session of a phone that has proved itself and returns the cookie's value; only its hash is kept. The session the
 * browser still holds ends, so that a sign-in always changes the token, and so do those that are over.
 */
export function startResidentSession(
  services: Services,
  input: { companyId: string; phone: string },
  visitor: { ip: string; userAgent: string; earlier: ResidentToken | undefined },
): Promise<{ cookie: string; maxAgeSeconds: number }> {
  const companyId = input.companyId.toLowerCase();
  const { phone } = input;
  const token = randomBytes(32).toString('base64url');
  const expiresAt = services.clock.now().add({ seconds: sessionSeconds });
  return asSystem(services, companyId, async (ctx) => {
    const earlier = visitor.earlier?.companyId === companyId ? visitor.earlier.hash : Buffer.alloc(0);
    await ctx.tx.run(sql`delete from resident_session where company_id = ${companyId}
      and (token_hash = ${earlier} or expires_at <= ${nowText(ctx)})`);
    await ctx.tx.run(sql`insert into resident_session (company_id, id, token_hash, phone, resident_id, created_at, expires_at, ip, user_agent)
      select ${companyId}, ${ctx.newId()}, ${tokenHash(token)}, ${phone},
        (select r.id from resident r where r.company_id = ${companyId} and r.phone = ${phone} and r.erased_at is null),
        ${nowText(ctx)}, ${expiresAt.toString()}, ${visitor.ip}, ${visitor.userAgent.slice(0, 300)}`);
    // The code went to this phone and came back from its holder.
    await ctx.tx.run(sql`update resident set phone_verified_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${companyId} and phone = ${phone} and phone_verified_at is null`);
    return { cookie: `${companyId}.${token}`, maxAgeSeconds: sessionSeconds };
  });
}
