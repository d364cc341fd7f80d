import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** What WeChat sends is a few hundred bytes; with a long text and its encrypted twin a few thousand. */
export const maxPushBytes = 16 * 1024;
const mostElements = 200;

/** Nothing is expanded, converted or looked up: every value stays the text it is. */
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: true,
});

/**
 * The elements right under `<xml>` that hold text; those that hold others or come twice are left out. Null for what is no such
 * message: too long, not well-formed, with a document type, an entity or a processing instruction of its own.
 */
export function readPushXml(text: string): ReadonlyMap<string, string> | null {
  if (Buffer.byteLength(text) > maxPushBytes) return null;
  // Within CDATA a person may write what they like; outside of it nothing of the kind belongs into a message.
  const outside = text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  if (/<!|<\?(?!xml\s)/.test(outside) || (outside.match(/</g)?.length ?? 0) > 2 * mostElements) return null;
  if (XMLValidator.validate(text) !== true) return null;
  const parsed = parsedOf(text);
  const root = isRecord(parsed) && Object.keys(parsed).length === 1 ? parsed.xml : undefined;
  if (!isRecord(root)) return null;
  return new Map(
    Object.entries(root).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
}

/** The parser throws over names it thinks dangerous, such as `__proto__`. */
function parsedOf(text: string): unknown {
  try {
    return parser.parse(text);
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text as an element's content, however it reads. */
const cdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** A value to write: text, a bare number, or elements within. */
export type XmlValue = string | number | readonly (readonly [name: string, value: XmlValue])[];

export function writePushXml(elements: readonly (readonly [name: string, value: XmlValue])[]): string {
  return `<xml>${written(elements)}</xml>`;
}

function written(elements: readonly (readonly [name: string, value: XmlValue])[]): string {
  return elements
    .map(([name, value]) => {
      const inner =
        typeof value === 'number' ? String(value) : typeof value === 'string' ? cdata(value) : written(value);
      return `<${name}>${inner}</${name}>`;
    })
    .join('');
}
