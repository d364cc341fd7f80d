import { describe, expect } from 'vitest';
import { createChannel } from '../../apps/server/src/domains/payments/edit-channel.ts';
import { channelInput } from '../../apps/server/src/domains/payments/payments.fixture.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { type Company, makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

/** A payment of some days ago that the channel knows nothing of. */
async function addLostPayment(company: Company, paidOn: string): Promise<void> {
  const { communityId, houseIds } = await makeBilledHouses(company, 1);
  await company.run(async (ctx) => {
    const { id: channelId } = await createChannel(ctx, channelInput());
    await ctx.tx.run(sql`insert into payment_order (company_id, id, community_id, channel_id, channel_kind, application, way, order_no, state, target_kind,
        target_id, amount_fen, description, same_as, idempotency_key, request_hash, created_at, expires_at, transaction_id, paid_at, exception)
      values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${channelId}, 'wechat', 'fees', 'native', 'LOST0000000001', 'paid', 'house',
        ${houseIds[0]!}, 27580, '物业管理费', '', 'lost-payment-1', '', ${nowText(ctx)}, ${nowText(ctx)}, '4200LOST', ${`${paidOn}T04:00:00Z`}, 'unbooked')`);
  });
}

describe('reconciliation of online payments', () => {
  scene.test('accounts reconcile a day, open the difference and settle it with a reason', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '线上对账物业');
    const paidOn = Temporal.Now.plainDateISO('Asia/Shanghai').subtract({ days: 4 }).toString();
    await addLostPayment(company, paidOn);
    const { page } = await signIn(await company.person('财务'), '/cashier/reconciliation');
    await page.getByText('还没有对账').waitFor();
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
    await page.getByRole('button', { name: '核 销', exact: true }).click();
    await page.getByLabel('核实的结果').fill('渠道已补款');
    await page.getByRole('dialog', { name: '核销 1 笔差异' }).getByRole('button', { name: '核 销' }).click();
    await page.getByText('已核销 1 笔差异').waitFor();
    await page.getByText('渠道已补款').waitFor();
    const line = await company.run((ctx) =>
      ctx.tx.first(sql`select outcome, settled_how, note from reconciliation_line where company_id = ${ctx.companyId}`),
    );
    expect(line).toEqual({ outcome: 'oursOnly', settled_how: 'staff', note: '渠道已补款' });
  });
});
