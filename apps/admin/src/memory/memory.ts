/**
 * What the browser remembers for a person (or for the device before anyone has signed in): theme, columns,
 * saved filters, chosen community. Losing it costs comfort, never data, so every failure is silent.
 */
export function readMemory(owner: string, key: string): unknown {
  try {
    const text = localStorage.getItem(`anlin.${owner}.${key}`);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `undefined` forgets. */
export function writeMemory(owner: string, key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(`anlin.${owner}.${key}`);
    else localStorage.setItem(`anlin.${owner}.${key}`, JSON.stringify(value));
  } catch {
    // Private windows and full storage: the choice holds until the page is closed.
  }
}
