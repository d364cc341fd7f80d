import { z } from 'zod';
import { resolveFromCaller } from './caller-folder.ts';
import { readS3Settings, type S3Settings } from './files/s3-settings.ts';

const text = z.object({
  PORT: z.coerce.number('PORT 应为端口号').int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.string().startsWith('postgres', 'DATABASE_URL 应以 postgres:// 开头').optional(),
  ANLIN_HOME: z.string().default('./.anlin'),
  ANLIN_DEMO: z.enum(['0', '1'], 'ANLIN_DEMO 应为 0 或 1').default('1'),
  ANLIN_EMULATOR: z
    .url({
      protocol: /^http$/,
      hostname: /^(127\.0\.0\.1|localhost)$/,
      error: 'ANLIN_EMULATOR 应为本机地址，如 http://127.0.0.1:4010',
    })
    .optional(),
  ANLIN_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface Config {
  port: number;
  host: string;
  databaseUrl: string | undefined;
  /** Absolute path of the data folder. */
  home: string;
  /** Load the demo into an installation without a company; otherwise it is set up in the browser. */
  isDemo: boolean;
  logLevel: string;
  /** Address of `npm run emulator` in place of every provider; undefined at a customer's. */
  gateway: string | undefined;
  /** The bucket of the files; undefined: the data folder. */
  s3: S3Settings | undefined;
}

/** Reads the environment; a wrong value is named in Chinese and nothing starts. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const parsed = text.safeParse(environment);
  if (!parsed.success) throw new Error(`环境变量不对：${parsed.error.issues.map((issue) => issue.message).join('；')}`);
  const { PORT, HOST, DATABASE_URL, ANLIN_HOME, ANLIN_DEMO, ANLIN_EMULATOR, ANLIN_LOG } = parsed.data;
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL,
    home: resolveFromCaller(ANLIN_HOME),
    isDemo: ANLIN_DEMO === '1',
    logLevel: ANLIN_LOG,
    gateway: ANLIN_EMULATOR?.replace(/\/+$/, ''),
    s3: readS3Settings(environment),
  };
}
