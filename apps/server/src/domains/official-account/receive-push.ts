import { randomBytes } from 'node:crypto';
import { officialAccountFail, receiveOfficialPush, verifyOfficialAccount } from '@anlin/contract';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { publicRoute } from '../../platform/http/route.ts';
import { readChannel } from '../../platform/messages/read-channel.ts';
import type { Services } from '../../platform/services.ts';
import { type AccountRow, openSecrets, readAccountRow } from './account-row.ts';
import { answerXml } from './answer-text.ts';
import { type ChosenReply, chooseReply, ruleOf } from './choose-reply.ts';
import { followOf } from './follower.ts';
import { checkQuery, openPush, type Push, type PushAccount, type PushQuery, PushRefusal } from './open-push.ts';
import { aesKeyOf, sealMessage, signatureOf } from './push-crypto.ts';
import { writePushXml } from './push-xml.ts';
import { readRules } from './reply.queries.ts';

/** Taken, and nothing to say. */
const silence = 'success';

/** WeChat asks once whether the address is answered by whoever knows the token: its text comes back as it is. */
export const verifyPushRoute = publicRoute(verifyOfficialAccount, (services, { params, query }, { reply }) =>
  refusing(services, params.company, async (ctx, account) => {
    checkQuery(account, query, ctx.clock.now());
    const { echostr = '' } = query;
    if (!/^[\w+/=-]{1,200}$/.test(echostr)) throw new PushRefusal('验证请求没有 echostr');
    await ctx.tx.run(sql`update official_account set verified_at = ${nowText(ctx)}, refusal = ''
      where company_id = ${ctx.companyId}`);
    void reply.type('text/plain; charset=utf-8');
    return echostr;
  }),
);

/**
 * A message of WeChat. Nothing of it is believed before its signature and time are good; whoever sends a bad one is told no more than
 * that it was not taken. A repetition is answered alike and does nothing.
 */
export const receivePushRoute = publicRoute(receiveOfficialPush, (services, { params, query, body }, { reply }) =>
  refusing(services, params.company, async (ctx, account) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const push = openPush(account, query, bytes, ctx.clock.now());
    const chosen = await takePush(ctx, account.appId, push);
    const answer = chosen && answerOf(ctx, account, push, chosen);
    void reply.type(answer ? 'application/xml; charset=utf-8' : 'text/plain; charset=utf-8');
    return answer ? sealed(account, answer, query) : silence;
  }),
);

interface OpenAccount extends PushAccount {
  row: AccountRow;
}

/** Works in the company's transaction; what is refused is noted for the company. Error: officialAccount.refused (401), whatever is wrong. */
async function refusing(
  services: Services,
  companyId: string,
  work: (ctx: Context, account: OpenAccount) => Promise<string>,
): Promise<string> {
  try {
    return await asSystem(services, companyId, async (ctx) => work(ctx, await openAccount(ctx)));
  } catch (error) {
    if (!(error instanceof PushRefusal)) throw error;
    await asSystem(services, companyId, (ctx) => noteRefusal(ctx, error.reason));
    throw officialAccountFail('officialAccount.refused');
  }
}

/** An account that is set up and on. Throws PushRefusal. */
async function openAccount(ctx: Context): Promise<OpenAccount> {
  const row = await readAccountRow(ctx);
  if (!row?.is_on) throw new PushRefusal('消息推送没有启用');
  const { token = '', encodingAesKey = '' } = openSecrets(ctx, row);
  const channel = await readChannel(ctx, 'wechat');
  const appId = channel?.settings.appId ?? '';
  if (token === '' || appId === '') throw new PushRefusal('Token 或 AppID 没有填写，或者要重新填写');
  return { row, appId, originalId: row.original_id, mode: row.mode, token, encodingAesKey };
}

/** At most one a minute is written, so that a flood writes nothing. */
function noteRefusal(ctx: Context, reason: string): Promise<number> {
  const before = ctx.clock.now().subtract({ minutes: 1 }).toString();
  return ctx.tx.run(sql`update official_account set refused_at = ${nowText(ctx)}, refusal = ${reason}
    where company_id = ${ctx.companyId} and (refused_at is null or refused_at < ${before} or refusal <> ${reason})`);
}

/** Writes what the message changes, the first time it comes. Returns what is answered. Throws PushRefusal. */
async function takePush(ctx: Context, appId: string, push: Push): Promise<ChosenReply | undefined> {
  if (await rememberPush(ctx, push)) {
    await followOf(ctx, appId, push);
    const before = ctx.clock.now().subtract({ minutes: 1 }).toString();
    await ctx.tx.run(sql`update official_account set pushed_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and (pushed_at is null or pushed_at < ${before})`);
  }
  return chooseFor(ctx, push);
}

/**
 * True the first time. The same message under another signature, or the same request again, is a repetition; another message under a
 * signature that was used is somebody else's. Throws PushRefusal.
 */
async function rememberPush(ctx: Context, push: Push): Promise<boolean> {
  const added = await ctx.tx.run(sql`insert into official_push (company_id, id, message_key, signature, body_hash, at)
    values (${ctx.companyId}, ${ctx.newId()}, ${push.key}, ${push.signature}, ${push.bodyHash}, ${nowText(ctx)}) on conflict do nothing`);
  if (added === 1) return true;
  const used = await ctx.tx.first<{ body_hash: Buffer }>(
    sql`select body_hash from official_push where company_id = ${ctx.companyId} and signature = ${push.signature}`,
  );
  if (used && !used.body_hash.equals(push.bodyHash)) throw new PushRefusal('同一个签名带来了另一条消息，像是伪造的');
  return false;
}

async function chooseFor(ctx: Context, push: Push): Promise<ChosenReply | undefined> {
  const said = push.kind === 'text' ? push.text : push.event === 'click' ? push.eventKey : null;
  if (push.kind === 'event' && said === null && push.event !== 'subscribe') return undefined;
  const rules = await readRules(ctx);
  if (push.event === 'subscribe') return ruleOf(rules, 'follow');
  return said === null ? ruleOf(rules, 'default') : chooseReply(rules, said);
}

function answerOf(ctx: Context, { row }: OpenAccount, push: Push, { rule }: ChosenReply): string | null {
  const seconds = Math.floor(ctx.clock.now().epochMilliseconds / 1000);
  const place = { siteUrl: row.site_url, companyId: ctx.companyId };
  return answerXml(rule.content, place, { from: push.to, to: push.openId, seconds });
}

/** Encrypted and signed, where the message was. */
function sealed(account: OpenAccount, answer: string, query: PushQuery): string {
  const key = account.mode === 'aes' ? aesKeyOf(account.encodingAesKey) : null;
  if (!key) return answer;
  const { timestamp = '', nonce = '' } = query;
  const encrypted = sealMessage(answer, key, account.appId, randomBytes(16));
  return writePushXml([
    ['Encrypt', encrypted],
    ['MsgSignature', signatureOf(account.token, timestamp, nonce, encrypted)],
    ['TimeStamp', Number(timestamp)],
    ['Nonce', nonce],
  ]);
}
