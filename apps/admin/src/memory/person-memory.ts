import { writePreference } from '@anlin/contract';
import { call } from '../api/api.ts';
import { readMemory, writeMemory } from './memory.ts';

/**
 * What a person set up for themselves. The server keeps it, so that it follows them to any device; the browser keeps a
 * copy for the moment before the server has answered. Losing it costs comfort, never data: failures are silent.
 */
const held = new Map<string, unknown>();
const listeners = new Set<() => void>();
const waiting = new Map<string, number>();
const writeDelayMs = 600;

const addressOf = (staffId: string, key: string) => `${staffId}.${key}`;

/** Takes up what the server knows of a person; what is held on this page already stays. */
export function takeUpPreferences(staffId: string, preferences: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(preferences)) {
    const address = addressOf(staffId, key);
    if (!held.has(address)) held.set(address, value);
  }
}

/** The same value until it is written again, as React wants of a store. */
export function readPersonMemory(staffId: string, key: string): unknown {
  const address = addressOf(staffId, key);
  if (!held.has(address)) held.set(address, readMemory(staffId, key));
  return held.get(address);
}

/** Remembers at once here and a moment later on the server, so that dragging a column is one request. */
export function writePersonMemory(staffId: string, key: string, value: unknown): void {
  const address = addressOf(staffId, key);
  held.set(address, value);
  writeMemory(staffId, key, value);
  for (const listener of listeners) listener();
  window.clearTimeout(waiting.get(address));
  const send = () => {
    waiting.delete(address);
    call(writePreference, { params: { key }, body: { value: (value ?? null) as never } }).catch(() => {});
  };
  waiting.set(address, window.setTimeout(send, writeDelayMs));
}

export function watchPersonMemory(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
