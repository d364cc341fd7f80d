import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { emulatorAccounts } from '../../tools/emulator/start-emulator.ts';
import { type Company, makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const { merchantId, appId, serialNo, publicKeyId, publicKey, privateKey, apiV3Key } = emulatorAccounts.wechatPay;

/** The account at the emulated WeChat Pay, as the settings screen sends it. */
function addChannel(page: Page): Promise<{ id: string }> {
  const body = {
    communityId: null,
    kind: 'wechat',
    name: '微信支付',
    applications: ['fees'],
    merchantId,
    appId,
    settings: { serialNo, mode: 'publicKey', publicKeyId, publicKey, siteUrl: 'http://127.0.0.1:9' },
    secrets: { privateKey, apiV3Key },
    surplus: 'prepaid',
    isOn: true,
  };
  return page.evaluate(async (text) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/api/payment-channels', { method: 'POST', headers, body: text });
    return (await response.json()) as { id: string };
  }, JSON.stringify(body));
}

/** A payment of some days ago that the channel knows nothing of. */
async function addLostPayment(company: Company, channelId: string, paidOn: string): Promise<void> {
  const { communityId, houseIds } = await makeBilledHouses(company, 1);
  await company.run((ctx) =>
    ctx.tx.run(sql`insert into payment_order (company_id, id, community_id, channel_id, channel_kind, application, way, order_no, state, target_kind,
        target_id, amount_fen, description, same_as, idempotency_key, request_hash, created_at, expires_at, transaction_id, paid_at, exception)
      values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${channelId}, 'wechat', 'fees', 'native', 'LOST0000000001', 'paid', 'house',
        ${houseIds[0]!}, 27580, '物业管理费', '', 'lost-payment-1', '', ${nowText(ctx)}, ${nowText(ctx)}, '4200LOST', ${`${paidOn}T04:00:00Z`}, 'unbooked')`),
  );
}

describe('reconciliation of online payments', () => {
  scene.test('accounts reconcile a day, open the difference and settle it with a reason', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '线上对账物业');
    const { page } = await signIn(await company.person('财务'), '/cashier/reconciliation');
    await page.getByText('还没有对账').waitFor();
    const paidOn = Temporal.Now.plainDateISO('Asia/Shanghai').subtract({ days: 4 }).toString();
    await addLostPayment(company, (await addChannel(page)).id, paidOn);
    await page.getByRole('button', { name: '立即对账' }).click();
    const dialog = page.getByRole('dialog');
    const range = dialog.getByLabel('账单日');
    for (const end of [0, 1]) {
      await range.nth(end).fill(paidOn);
      await range.nth(end).press('Enter');
    }
    await dialog.getByRole('button', { name: '开始对账' }).click();
    await page.getByRole('row', { name: new RegExp(`${paidOn}.*已对账`) }).waitFor();
    await page.getByRole('button', { name: '1 笔待处理' }).click();
    await page.getByRole('row', { name: /275\.80.*未到账/ }).waitFor();
    await page.getByRole('button', { name: 'LOST0000000001' }).click();
    const drawer = page.getByRole('dialog', { name: '对账明细' });
    await drawer.getByRole('button', { name: /^核\s?销$/ }).click();
    await page.getByLabel('核实的结果').fill('渠道已补款');
    await page
      .getByRole('dialog', { name: '核销 1 笔差异' })
      .getByRole('button', { name: /^核\s?销$/ })
      .click();
    await page.getByText('已核销 1 笔差异').waitFor();
    await drawer.getByText('渠道已补款').waitFor();
    const line = await company.run((ctx) =>
      ctx.tx.first(sql`select outcome, settled_how, note from reconciliation_line where company_id = ${ctx.companyId}`),
    );
    expect(line).toEqual({ outcome: 'oursOnly', settled_how: 'staff', note: '渠道已补款' });
  });
});
