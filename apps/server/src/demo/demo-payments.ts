import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { usualPlan } from '@anlin/contract';
import { createChannel, savePlan, updateChannel } from '../domains/payments/index.ts';
import { asSystem } from '../platform/boundary.ts';
import type { Context } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';
import type { Services } from '../platform/services.ts';
import { isDemoInstallation } from './demo-sign-ins.ts';
import { mainCompanyId } from './staff-list.ts';

/** The emulator of a demo, a process of its own. */
interface DemoEmulator {
  /** What `Services.gateway` is set to. */
  gateway: string;
  stop(): void;
}

const program = fileURLToPath(new URL('../../../../tools/demo-emulator.ts', import.meta.url));

/**
 * Starts the emulated channels where the installation holds the demo and nothing else: there a bill can be paid from the phone
 * without an account anywhere. Undefined everywhere else, so that no company's money ever goes to an emulator.
 */
export async function startDemoEmulator(services: Services): Promise<DemoEmulator | undefined> {
  if (services.gateway !== undefined || !existsSync(program) || !(await isDemoInstallation(services))) return undefined;
  const port = await freePort();
  const child = spawn(process.execPath, [program, String(port)], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('error', (error) =>
    services.logger.warn({ error: error.message }, 'the emulator of the demo did not start'),
  );
  child.stdin.on('error', () => {});
  child.unref();
  return { gateway: `http://127.0.0.1:${port}`, stop: () => void child.stdin.end() };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

interface EmulatedMerchant {
  merchantId: string;
  appId: string;
  serialNo: string;
  privateKey: string;
  apiV3Key: string;
  publicKeyId: string;
  publicKey: string;
  planId: string;
  apiV2Key: string;
}

const looks = 100;

/**
 * Gives the demo company an account at the emulated WeChat Pay, or tells the one it has the address of this start. `siteUrl` is
 * where the server listens. Waits up to twenty seconds for the emulator; without it the demo is only not paid online.
 */
export async function openDemoChannel(services: Services, gateway: string, siteUrl: string): Promise<void> {
  try {
    const merchant = await readMerchant(gateway);
    if (!merchant) throw new Error('it does not answer');
    await keepChannel(services, merchant, siteUrl);
  } catch (error) {
    services.logger.warn({ error: (error as Error).message }, 'the demo is not paid online: its emulator');
  }
}

/** Residents of the demo may sign for automatic payment too. */
async function agreeToDeductions(ctx: Context): Promise<void> {
  const communities = await ctx.tx.rows<{ id: string }>(
    sql`select id from community where company_id = ${ctx.companyId}`,
  );
  for (const { id } of communities) await savePlan(ctx, id, { ...usualPlan, isOn: true, version: 0 });
}

async function keepChannel(services: Services, merchant: EmulatedMerchant, siteUrl: string): Promise<void> {
  await asSystem(services, mainCompanyId, async (ctx) => {
    const { merchantId, appId, privateKey, apiV3Key, serialNo, publicKeyId, publicKey, planId, apiV2Key } = merchant;
    const account = {
      name: '微信支付（模拟）',
      applications: ['fees' as const],
      merchantId,
      appId,
      settings: { serialNo, mode: 'publicKey', publicKeyId, publicKey, planId, siteUrl },
      secrets: { privateKey, apiV3Key, apiV2Key },
      surplus: 'prepaid' as const,
      isOn: true,
    };
    // The demo's own payments came by an account whose keys nobody had yet.
    const bare = await ctx.tx.first<{ id: string; version: number }>(sql`select id, version from payment_channel
      where company_id = ${ctx.companyId} and merchant_id = ${merchantId} and secret_keys = '{}'`);
    if (bare) {
      await updateChannel(ctx, bare.id, { ...account, version: bare.version });
      return agreeToDeductions(ctx);
    }
    const { rowCount } = await ctx.tx.client.query(
      `update payment_channel set settings = jsonb_set(settings, '{siteUrl}', to_jsonb($2::text)) where company_id = $1 and merchant_id = $3`,
      [ctx.companyId, siteUrl, merchantId],
    );
    const other = await ctx.tx.first(sql`select 1 from payment_channel where company_id = ${ctx.companyId} limit 1`);
    // Whoever has set up channels of their own since is left alone.
    if (rowCount || other) return;
    await createChannel(ctx, { communityId: null, kind: 'wechat', ...account });
    await agreeToDeductions(ctx);
  });
}

async function readMerchant(gateway: string): Promise<EmulatedMerchant | undefined> {
  for (let look = 0; look < looks; look += 1) {
    try {
      const answer = await fetch(`${gateway}/_emulator/wechat-pay`, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return (await answer.json()) as EmulatedMerchant;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return undefined;
}
