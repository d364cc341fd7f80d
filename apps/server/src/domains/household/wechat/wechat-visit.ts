import { createHash, randomBytes } from 'node:crypto';
import { householdFail } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';

/** How long a browser may take to WeChat and back; and how long a visitor, once known, may take to pay. */
const wayMinutes = 10;
export const stayMinutes = 60;

/** What a visitor pays by: a pay link, a collection code. */
export type PayingPurpose = 'payLink' | 'collect';

/** Whose way it is: a resident's session, or a browser in which nobody is signed in, by its cookie. */
export type Traveller = { purpose: 'bind'; sessionId: string } | { purpose: 'signIn' | PayingPurpose; browser: string };

/** Of a browser on its way to WeChat in which nobody is signed in. */
export const browserCookie = 'anlin_wechat';

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What a browser's cookie holds; only its hash is kept. */
export const newBrowser = (): string => randomBytes(32).toString('base64url');

/** Writes down that a browser leaves for WeChat; returns the state it must bring back. */
export async function openVisit(ctx: Context, traveller: Traveller, appId: string): Promise<string> {
  const state = randomBytes(32).toString('hex');
  const until = ctx.clock.now().add({ minutes: wayMinutes }).toString();
  await ctx.tx.run(sql`delete from wechat_visit where company_id = ${ctx.companyId} and expires_at <= ${nowText(ctx)}`);
  await ctx.tx.run(sql`insert into wechat_visit (company_id, id, purpose, session_id, browser_hash, state_hash, app_id, created_at, expires_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${traveller.purpose}, ${sessionOf(traveller)}, ${browserOf(traveller)}, ${hashOf(state)}, ${appId},
      ${nowText(ctx)}, ${until})`);
  return state;
}

const sessionOf = (traveller: Traveller) => ('sessionId' in traveller ? traveller.sessionId : null);
const browserOf = (traveller: Traveller) => ('browser' in traveller ? hashOf(traveller.browser) : null);

/**
 * Takes a state that was brought back: of this session or browser, for this purpose, within its time, and never before. It is used up,
 * whatever becomes of the code. Returns the visit. Error: household.wechatState (422).
 */
export async function takeVisit(
  ctx: Context,
  traveller: Traveller,
  state: string,
): Promise<{ id: string; appId: string }> {
  const row = await ctx.tx.first<{ id: string; app_id: string }>(sql`update wechat_visit set used_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and state_hash = ${hashOf(state)} and purpose = ${traveller.purpose}
      and used_at is null and expires_at > ${nowText(ctx)}
      and (session_id = ${sessionOf(traveller)} or browser_hash = ${browserOf(traveller)})
    returning id, app_id`);
  if (!row) throw householdFail('household.wechatState');
  return { id: row.id, appId: row.app_id };
}

/** Keeps who a visitor is for as long as paying takes. */
export async function keepVisitor(ctx: Context, visitId: string, openId: string): Promise<void> {
  const until = ctx.clock.now().add({ minutes: stayMinutes }).toString();
  await ctx.tx.run(sql`update wechat_visit set open_id = ${openId}, expires_at = ${until}
    where company_id = ${ctx.companyId} and id = ${visitId} and used_at is not null`);
}

/** The openid of a browser that came back; undefined where it did not, or too long ago, or from another application. */
export async function visitorOpenId(
  ctx: Context,
  { purpose, browser }: { purpose: PayingPurpose; browser: string | undefined },
  appId: string,
): Promise<string | undefined> {
  if (browser === undefined) return undefined;
  const row = await ctx.tx.first<{ open_id: string }>(sql`select open_id from wechat_visit
    where company_id = ${ctx.companyId} and browser_hash = ${hashOf(browser)} and purpose = ${purpose} and app_id = ${appId}
      and open_id <> '' and expires_at > ${nowText(ctx)} order by created_at desc, id desc limit 1`);
  return row?.open_id;
}
