import { readFileSync } from 'node:fs';

/** A key or certificate of the emulator's own (see keys/README.md), as PEM. */
export const emulatorKey = (file: string): string => readFileSync(new URL(`keys/${file}`, import.meta.url), 'utf8');
