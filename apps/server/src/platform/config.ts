import { z } from 'zod';
import { resolveFromCaller } from './caller-folder.ts';

const text = z.object({
  PORT: z.coerce.number('PORT 应为端口号').int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.string().startsWith('postgres', 'DATABASE_URL 应以 postgres:// 开头').optional(),
  ANLIN_HOME: z.string().default('./.anlin'),
  ANLIN_DEMO: z.enum(['0', '1'], 'ANLIN_DEMO 应为 0 或 1').default('1'),
  ANLIN_ADMIN_PHONE: z.string().trim().min(1).max(20, 'ANLIN_ADMIN_PHONE 最多 20 个字').default('admin'),
  ANLIN_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'ANLIN_SECRET_KEY 应为 64 位十六进制数（可用 openssl rand -hex 32 生成）')
    .optional(),
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
  /** Load the demo into an installation without a company; otherwise its first company is opened. */
  isDemo: boolean;
  /** What the first administrator signs in with when the first company is opened. */
  adminPhone: string;
  logLevel: string;
  /** Key of the installation; default: `secret.key` of the data folder. The same on every machine of one database. */
  secretKey: Buffer | undefined;
  /** Address of `npm run emulator` in place of every provider; undefined at a customer's. */
  gateway: string | undefined;
}

/** Reads the environment; a wrong value is named in Chinese and nothing starts. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const parsed = text.safeParse(environment);
  if (!parsed.success) throw new Error(`环境变量不对：${parsed.error.issues.map((issue) => issue.message).join('；')}`);
  const {
    PORT,
    HOST,
    DATABASE_URL,
    ANLIN_HOME,
    ANLIN_DEMO,
    ANLIN_ADMIN_PHONE,
    ANLIN_LOG,
    ANLIN_SECRET_KEY,
    ANLIN_EMULATOR,
  } = parsed.data;
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL,
    home: resolveFromCaller(ANLIN_HOME),
    isDemo: ANLIN_DEMO === '1',
    adminPhone: ANLIN_ADMIN_PHONE,
    logLevel: ANLIN_LOG,
    secretKey: ANLIN_SECRET_KEY === undefined ? undefined : Buffer.from(ANLIN_SECRET_KEY, 'hex'),
    gateway: ANLIN_EMULATOR?.replace(/\/+$/, ''),
  };
}
