import { type ReplyContent, type ReplyLink, residentFunctions, residentFunctionUrl } from '@anlin/contract';
import { writePushXml, type XmlValue } from './push-xml.ts';

/** Whom links lead to. */
export interface LinkPlace {
  /** Without a slash at its end; empty: not set. */
  siteUrl: string;
  companyId: string;
}

/** WeChat's limit for a text that answers. */
export const maxAnswerBytes = 2048;

/** The text as a follower gets it, links to functions below it, one a line. */
export function answerText({ text, links }: Extract<ReplyContent, { kind: 'text' }>, place: LinkPlace): string {
  const lines =
    place.siteUrl === ''
      ? []
      : links.map((key) => {
          const url = residentFunctionUrl(place.siteUrl, place.companyId, key);
          return `<a href="${url}">${residentFunctions[key].label}</a>`;
        });
  return [text, ...lines].join('\n');
}

export function linkUrl(link: ReplyLink, { siteUrl, companyId }: LinkPlace): string {
  if (link.kind === 'url') return link.url;
  return siteUrl === '' ? '' : residentFunctionUrl(siteUrl, companyId, link.function);
}

/** The answer to one message as WeChat reads it; null where the link of a card leads nowhere. */
export function answerXml(
  content: ReplyContent,
  place: LinkPlace,
  message: { from: string; to: string; seconds: number },
): string | null {
  const head: [string, XmlValue][] = [
    ['ToUserName', message.to],
    ['FromUserName', message.from],
    ['CreateTime', message.seconds],
  ];
  if (content.kind === 'text')
    return writePushXml([...head, ['MsgType', 'text'], ['Content', answerText(content, place)]]);
  const url = linkUrl(content.link, place);
  if (url === '') return null;
  const item: [string, XmlValue][] = [
    ['Title', content.title],
    ['Description', content.description],
    ['PicUrl', content.pictureUrl],
    ['Url', url],
  ];
  return writePushXml([...head, ['MsgType', 'news'], ['ArticleCount', 1], ['Articles', [['item', item]]]]);
}
