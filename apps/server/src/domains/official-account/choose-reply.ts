import type { ReplyContent, ReplyKeyword, ReplyMoment } from '@anlin/contract';

/** An auto-reply as it is looked through. */
export interface ReplyRule {
  id: string;
  moment: ReplyMoment;
  keywords: readonly ReplyKeyword[];
  content: ReplyContent;
}

export interface ChosenReply {
  rule: ReplyRule;
  /** The keyword that fitted; null where none was asked for. */
  keyword: string | null;
}

/** Full-width and half-width, capitals and spaces make no difference. */
export const plainText = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/**
 * What is answered to a text: a keyword that is the whole of it before one that stands in it, of several the longest, of equals that
 * of the earlier rule; else the default. Undefined: nothing.
 */
export function chooseReply(rules: readonly ReplyRule[], text: string): ChosenReply | undefined {
  const said = plainText(text);
  let best: (ChosenReply & { rank: number }) | undefined;
  for (const rule of rules) {
    if (rule.moment !== 'keyword') continue;
    for (const { match, text: keyword } of rule.keywords) {
      const wanted = plainText(keyword);
      const fits = wanted !== '' && (said === wanted || (match === 'contains' && said.includes(wanted)));
      const rank = said === wanted ? Number.POSITIVE_INFINITY : wanted.length;
      if (fits && rank > (best?.rank ?? 0)) best = { rule, keyword, rank };
    }
  }
  if (best) return { rule: best.rule, keyword: best.keyword };
  return ruleOf(rules, 'default');
}

/** The one reply of a moment. */
export function ruleOf(rules: readonly ReplyRule[], moment: 'follow' | 'default'): ChosenReply | undefined {
  const rule = rules.find((one) => one.moment === moment);
  return rule && { rule, keyword: null };
}
