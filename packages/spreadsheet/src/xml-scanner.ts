import { damaged } from './spreadsheet.errors.ts';

/** What the scanner tells. Names come without their namespace prefix; text comes decoded, whole between two tags. */
export interface XmlEvents {
  /** `tag` is the inside of the tag, for `fastAttribute` and `attributesOf`. A self-closed tag is followed by `close`. */
  open(name: string, tag: string): void;
  close(name: string): void;
  text(text: string): void;
}

export interface XmlScanner {
  write(chunk: string): void;
  end(): void;
}

// The longest honest token is a cell of 32,767 characters, each perhaps written as a reference.
const TOKEN_CHARS_MAX = 1_000_000;

/**
 * Reads the XML of a spreadsheet part piece by piece. A document type is refused outright, so there is nothing
 * to declare an entity with and nothing that could be fetched or blown up.
 */
export function createXmlScanner(events: XmlEvents): XmlScanner {
  let pending = '';

  function scan(input: string, isLast: boolean): number {
    let position = 0;
    for (;;) {
      const start = input.indexOf('<', position);
      if (start === -1) {
        if (!isLast) return position;
        if (input.slice(position).trim() !== '') throw damaged('xml');
        return input.length;
      }
      if (start > position) events.text(decodeText(input.slice(position, start)));
      const end = scanMarkup(input, start, events);
      if (end === -1) {
        if (isLast) throw damaged('truncated');
        return start;
      }
      position = end;
    }
  }

  return {
    write(chunk) {
      const input = pending + chunk;
      pending = input.slice(scan(input, false));
      if (pending.length > TOKEN_CHARS_MAX) throw damaged('xmlTokenTooLong');
    },
    end() {
      scan(pending, true);
      pending = '';
    },
  };
}

/** Handles the markup that begins at `start`; returns where it ends, or -1 when its end has not come yet. */
function scanMarkup(input: string, start: number, events: XmlEvents): number {
  const second = input.charCodeAt(start + 1);
  if (second === 0x21) return scanDeclaration(input, start, events);
  if (second === 0x3f) return after(input, '?>', start + 2);
  const end = tagEnd(input, start + 1);
  if (end === -1) return -1;
  if (second === 0x2f) {
    events.close(localName(input.slice(start + 2, end)));
    return end + 1;
  }
  const isSelfClosed = input.charCodeAt(end - 1) === 0x2f;
  const tag = input.slice(start + 1, isSelfClosed ? end - 1 : end);
  const name = localName(tag);
  events.open(name, tag);
  if (isSelfClosed) events.close(name);
  return end + 1;
}

const CDATA = '<![CDATA[';

function scanDeclaration(input: string, start: number, events: XmlEvents): number {
  if (input.startsWith('<!--', start)) return after(input, '-->', start + 4);
  if (input.startsWith(CDATA, start)) {
    const end = after(input, ']]>', start + CDATA.length);
    if (end !== -1) events.text(input.slice(start + CDATA.length, end - 3));
    return end;
  }
  if (input.length - start < CDATA.length) return -1;
  throw damaged('documentType');
}

function after(input: string, mark: string, from: number): number {
  const at = input.indexOf(mark, from);
  return at === -1 ? -1 : at + mark.length;
}

/** The `>` that ends a tag; one inside an attribute's quotes does not. */
function tagEnd(input: string, from: number): number {
  let quote = 0;
  for (let at = from; at < input.length; at += 1) {
    const code = input.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 0x22 || code === 0x27) {
      quote = code;
    } else if (code === 0x3e) {
      return at;
    }
  }
  return -1;
}

function localName(tag: string): string {
  let start = 0;
  for (let at = 0; at < tag.length; at += 1) {
    const code = tag.charCodeAt(at);
    if (code === 0x3a) start = at + 1;
    else if (code <= 0x20) return tag.slice(start, at);
  }
  return start === 0 ? tag : tag.slice(start);
}

/** One attribute by its exact name, fast, for tags whose attributes hold only numbers, references and types. */
export function fastAttribute(tag: string, name: string): string | undefined {
  for (let at = tag.indexOf(name); at !== -1; at = tag.indexOf(name, at + 1)) {
    if (at === 0 || tag.charCodeAt(at - 1) > 0x20) continue;
    let equals = at + name.length;
    while (tag.charCodeAt(equals) <= 0x20) equals += 1;
    if (tag.charCodeAt(equals) !== 0x3d) continue;
    let open = equals + 1;
    while (tag.charCodeAt(open) <= 0x20) open += 1;
    const quote = tag[open];
    if (quote !== '"' && quote !== "'") continue;
    const end = tag.indexOf(quote, open + 1);
    return end === -1 ? undefined : tag.slice(open + 1, end);
  }
  return undefined;
}

/** All attributes, by local name, decoded. */
export function attributesOf(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of tag.matchAll(/\s(?:[^\s=:"']*:)?([^\s=:"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    attributes.set(match[1]!, decodeText(match[2] ?? match[3] ?? ''));
  }
  return attributes;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeText(raw: string): string {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  return text.includes('&') ? text.replace(/&([^;&]{0,12});?/g, decodeReference) : text;
}

function decodeReference(whole: string, name: string): string {
  const named = whole.endsWith(';') ? NAMED[name] : undefined;
  if (named !== undefined) return named;
  const match = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
  const code = match ? Number.parseInt(match[1] ?? match[2]!, match[1] ? 16 : 10) : -1;
  if (code < 0 || code > 0x10ffff || !whole.endsWith(';')) throw damaged('xmlEntity');
  return String.fromCodePoint(code);
}
