import type { EndpointReply, tryOfficialReply } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { chooseReply, ruleOf } from './choose-reply.ts';
import { readRules } from './reply.queries.ts';

/** What would be answered to a text, or to whoever follows where there is none: by the same choice as in earnest. */
export async function tryReply(ctx: Context, text: string | null): Promise<EndpointReply<typeof tryOfficialReply>> {
  const rules = await readRules(ctx);
  const chosen = text === null ? ruleOf(rules, 'follow') : chooseReply(rules, text);
  return {
    replyId: chosen?.rule.id ?? null,
    moment: chosen?.rule.moment ?? null,
    keyword: chosen?.keyword ?? null,
    content: chosen?.rule.content ?? null,
  };
}
