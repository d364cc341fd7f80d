import { FormulaProblem } from './formula-error.ts';

export type TokenKind = 'number' | 'name' | 'symbol' | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  position: number;
}

// Chinese names need the whole of the Unicode letters; a dot is no part of a name, so there is no member access.
const token = /(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(<=|>=|==|!=|[-+*/(),[\]<>])/uy;
const space = /\s+/uy;

// What a Chinese keyboard types for the same signs.
const wideSigns: Record<string, string> = {
  '（': '(',
  '）': ')',
  '，': ',',
  '＋': '+',
  '－': '-',
  '×': '*',
  '＊': '*',
  '÷': '/',
  '／': '/',
  '＜': '<',
  '＞': '>',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '【': '[',
  '】': ']',
  '［': '[',
  '］': ']',
};

/** Cuts a formula into tokens, the last of kind `end`. Throws FormulaProblem at the first character that fits nowhere. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    space.lastIndex = position;
    if (space.test(text)) {
      position = space.lastIndex;
      continue;
    }
    const next = readToken(text, position);
    tokens.push(next.token);
    position = next.end;
  }
  tokens.push({ kind: 'end', text: '', position: text.length });
  return tokens;
}

function readToken(text: string, position: number): { token: Token; end: number } {
  const character = String.fromCodePoint(text.codePointAt(position)!);
  const sign = Object.hasOwn(wideSigns, character) ? wideSigns[character] : undefined;
  if (sign) return { token: { kind: 'symbol', text: sign, position }, end: position + 1 };
  token.lastIndex = position;
  const match = token.exec(text);
  if (!match) throw new FormulaProblem(position, 'unexpectedCharacter', { character });
  const end = token.lastIndex;
  const isNumber = match[1] !== undefined;
  // `1.5.2`, `2.`, `1e5` and `3米` are typing mistakes, not two tokens.
  if (isNumber && end < text.length && /^[.\p{L}_]/u.test(text.slice(end, end + 2))) {
    throw new FormulaProblem(position, 'badNumber', { text: text.slice(position, end + 1) });
  }
  const kind = isNumber ? 'number' : match[2] !== undefined ? 'name' : 'symbol';
  return { token: { kind, text: match[0], position }, end };
}
