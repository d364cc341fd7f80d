/**
 * The members of a JSON object, each as the text it was written with: Alipay signs that text, and writing the object anew
 * need not give the same. Undefined when the text is no such object, or a name comes twice.
 */
export function rawMembers(text: string): ReadonlyMap<string, string> | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const members = new Map<string, string>();
  let at = skipBlank(text, 0);
  if (text[at] !== '{') return undefined;
  at = skipBlank(text, at + 1);
  while (text[at] === '"') {
    const nameEnd = endOfValue(text, at);
    const valueStart = skipBlank(text, skipBlank(text, nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    if (members.has(name)) return undefined;
    members.set(name, text.slice(valueStart, valueEnd));
    at = skipBlank(text, valueEnd);
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return members;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? 'x')) at += 1;
  return at;
}

/** Where the value that begins at `from` ends, in text that is known to be JSON. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let isInText = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at]!;
    if (isInText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isInText = false;
      if (!isInText && depth === 0) return at + 1;
    } else if (sign === '"') isInText = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && ', \t\r\n'.includes(sign)) return at;
  }
  return text.length;
}
