import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** The port of the last start if it is still free, else any free port of 127.0.0.1. */
export async function choosePort(folder: string): Promise<number> {
  const remembered = readPort(folder);
  if (remembered !== null && (await listenOnce(remembered)) !== null) return remembered;
  const free = await listenOnce(0);
  if (free === null) throw new Error('127.0.0.1 has no free port');
  return free;
}

export function rememberPort(folder: string, port: number): void {
  if (readPort(folder) !== port) writeFileSync(join(folder, 'port'), `${port}\n`);
}

function readPort(folder: string): number | null {
  try {
    const port = Number(readFileSync(join(folder, 'port'), 'utf8').trim());
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(taken));
    });
  });
}
