import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

/** Network logs are kept at least six months (网络安全法 21). */
const keptDays = 200;

/**
 * A log file a day under `folder`, or silence without a folder. Phones, passwords and cookies never reach it:
 * the boundary logs routes without their query, and these names are blanked should anything else log them.
 */
export function createLogger(folder: string | undefined, level: string): FastifyBaseLogger {
  if (folder === undefined) return pino({ level: 'silent' });
  const transport = pino.transport({
    target: 'pino-roll',
    options: {
      file: join(folder, 'anlin'),
      frequency: 'daily',
      dateFormat: 'yyyy-MM-dd',
      mkdir: true,
      limit: { count: keptDays, removeOtherLogFiles: true },
    },
  });
  return pino({ level, redact: ['req.headers.cookie', '*.password', '*.phone', '*.ownerPhone'] }, transport);
}
