import type { Page } from 'playwright-core';
import { afterEach, describe, expect, inject } from 'vitest';
import { emulatorAccounts } from '../../tools/emulator/start-emulator.ts';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const { emulator } = inject('product');
const { sms, wecom } = emulatorAccounts;

const arrived = async () =>
  (
    (await (await fetch(`${emulator}/_emulator/messages`)).json()) as {
      messages: { provider: string; to: string; text: string }[];
    }
  ).messages;
const plan = (provider: string, faults: string[]) =>
  fetch(`${emulator}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ provider, faults }) });

async function setUpSms(page: Page): Promise<void> {
  await page.goto('/system/message-channels');
  await page.getByRole('region', { name: '短信' }).getByRole('button', { name: '设置' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('SecretId').fill(sms.secretId);
  await drawer.getByLabel('SecretKey').fill(sms.secretKey);
  await drawer.getByLabel('短信应用编号').fill(sms.sdkAppId);
  await drawer.getByLabel('短信签名').fill(sms.signName);
  await drawer.getByLabel('地域').fill('ap-guangzhou');
  await drawer.getByLabel('登录验证码的模板编号').fill('1001');
  await drawer.getByLabel('登录验证码：验证码').fill('1');
  await drawer.getByLabel('登录验证码：有效分钟').fill('2');
  await drawer.getByRole('switch', { name: '启用' }).click();
  await drawer.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存', { exact: true }).waitFor();
}

// The sign-in page offers what any company has switched on: other tests see it plain again.
afterEach(async () => {
  await scene.services().pool.query(`update company set sign_in_way = 'password', has_wecom_sign_in = false`);
});

describe('messages', () => {
  scene.test(
    'a channel is set up and tested, codes are switched on, and a colleague signs in by the code that arrived',
    async ({ signIn, open }) => {
      const company = await makeCompany(scene.services(), '短信物业');
      const admin = await signIn(await company.person('管理员'));
      const phone = await company.person('客服', { name: '周短信' });
      await setUpSms(admin.page);
      const drawer = admin.page.getByRole('dialog');
      await drawer.getByLabel('手机号').fill('123');
      await drawer.getByRole('button', { name: '发送', exact: true }).click();
      await drawer.getByText('没有发出').waitFor();
      expect(await drawer.getByText(/对方应答/).innerText()).toContain('IncorrectPhoneNumber');
      await drawer.getByLabel('手机号').fill('13800000000');
      await drawer.getByRole('button', { name: '发送', exact: true }).click();
      await drawer.getByText('对方已接收').waitFor();
      await admin.page.goto('/system/sign-in');
      await admin.page.getByRole('radio', { name: '密码或短信验证码' }).click();
      await admin.page.getByText('登录方式已修改').waitFor();

      const { page } = await open('/sign-in');
      await page.getByRole('tab', { name: '短信验证码' }).click();
      await page.getByLabel('手机号').fill(phone);
      await page.getByRole('button', { name: '获取验证码' }).click();
      await page.getByRole('button', { name: /秒后可重发/ }).waitFor();
      const code = async () =>
        /】(\d{6})/.exec((await arrived()).find((one) => one.to === `+86${phone}`)?.text ?? '')?.[1] ?? '';
      await expect.poll(code, { timeout: 120_000 }).not.toBe('');
      await page.getByLabel('验证码', { exact: true }).fill(await code());
      await page.getByRole('button', { name: /登\s*录/ }).click();
      await page.getByRole('button', { name: '周短信，个人菜单' }).waitFor();

      await admin.page.getByRole('radio', { name: '密码', exact: true }).click();
      await admin.page.getByRole('button', { name: '结束全部登录' }).first().waitFor();
    },
    120_000,
  );

  scene.test(
    'who is told is chosen, and the log shows how a message failed and went out when sent again',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '推送物业');
      const phone = await company.person('管理员', { name: '李推送' });
      const { page } = await signIn(phone);
      await setUpSms(page);
      await page.goto('/system/notifications');
      await page.getByRole('button', { name: '后台任务结束的通知设置' }).click();
      await page.getByRole('dialog').getByRole('checkbox', { name: '短信' }).check();
      await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
      await page.getByText('已保存', { exact: true }).waitFor();
      await page.getByRole('region', { name: '系统' }).getByText('短信').waitFor();
      // No template for this event yet: the provider is not even asked.
      await company.run(async (ctx) => {
        const { putEvent } = await import('../../apps/server/src/platform/outbox/put-event.ts');
        const { rows } = await ctx.tx.client.query<{ id: string }>('select id from staff limit 1');
        await putEvent(ctx, 'task.finished', {
          taskId: ctx.newId(),
          staffId: rows[0]!.id,
          title: '导入房屋',
          state: 'done',
          error: null,
        });
      });
      await page.goto('/system/message-log?channel=sms');
      const row = page.getByRole('row', { name: /导入房屋已完成/ });
      const states = async () => {
        const { rows } = await scene
          .services()
          .ownerPool.query<{ state: string }>(
            `select state from message_delivery where company_id = $1 and channel = 'sms'`,
            [company.id],
          );
        return rows.map(({ state }) => state);
      };
      await expect.poll(states, { timeout: 120_000 }).toEqual(['givenUp']);
      await page.reload();
      await row.filter({ hasText: '已放弃' }).waitFor();
      await page.goto('/system/message-channels');
      await page.getByRole('region', { name: '短信' }).getByRole('button', { name: '设置' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByLabel('后台任务结束的模板编号').fill('1003');
      await drawer.getByLabel('后台任务结束：任务').fill('1');
      await drawer.getByRole('button', { name: '保存' }).click();
      await page.getByText('已保存', { exact: true }).waitFor();
      await plan('sms', ['serverError']);
      await page.goto('/system/message-log?channel=sms');
      await row.click();
      await page.getByRole('button', { name: '重发' }).click();
      await page.getByRole('dialog').getByText('没有送到').waitFor();
      await page.getByRole('dialog').getByText('失败，将重试').first().waitFor();
      await page.getByRole('button', { name: '重发' }).click();
      await page.getByRole('dialog').getByText('send success').waitFor();
      expect((await arrived()).map((one) => one.text)).toContain(`【${sms.signName}】导入房屋`);

      await page.goto('/system/messages');
      await page.getByRole('row', { name: /导入房屋已完成/ }).click();
      await page.waitForURL(/\/system\/tasks/);
      await page.getByRole('button', { name: '消息', exact: true }).waitFor();
    },
    120_000,
  );

  scene.test(
    'a person comes in by WeCom, and a stranger is told whom to ask',
    async ({ signIn, open }) => {
      const company = await makeCompany(scene.services(), '企微物业');
      const admin = await signIn(await company.person('管理员'));
      const phone = await company.person('客服', { name: '李企微' });
      await company.run((ctx) =>
        ctx.tx.client.query(`update staff set wecom_user_id = 'lina' where phone = $1`, [phone]),
      );
      await admin.page.goto('/system/message-channels');
      await admin.page.getByRole('region', { name: '企业微信' }).getByRole('button', { name: '设置' }).click();
      const drawer = admin.page.getByRole('dialog');
      await drawer.getByLabel('企业 ID').fill(wecom.corpId);
      await drawer.getByLabel('应用 AgentId').fill(wecom.agentId);
      await drawer.getByLabel('应用 Secret').fill(wecom.secret);
      await drawer.getByRole('switch', { name: '启用' }).click();
      await drawer.getByRole('button', { name: '保存' }).click();
      await admin.page.getByText('已保存', { exact: true }).waitFor();
      await admin.page.goto('/system/sign-in');
      await admin.page.getByRole('checkbox', { name: '也可用企业微信登录' }).click();
      await admin.page.getByText('登录方式已修改').waitFor();

      const visitor = await open('/sign-in?next=/system/messages');
      visitor.expectRefusal(/^403 POST \/api\/session\/wecom$/);
      await visitor.page.getByRole('tab', { name: '企业微信' }).click();
      await visitor.page.getByRole('button', { name: '用企业微信登录' }).click();
      await visitor.page.getByRole('link', { name: '未登记员工' }).click();
      expect(await visitor.page.getByRole('alert').innerText()).toContain('还没有对应的员工');
      await visitor.page.getByRole('button', { name: '用企业微信登录' }).click();
      await visitor.page.getByRole('link', { name: '李娜' }).click();
      await visitor.page.getByRole('button', { name: '李企微，个人菜单' }).waitFor();
      await visitor.page.waitForURL(/\/system\/messages/);
      await admin.page.getByRole('checkbox', { name: '也可用企业微信登录' }).click();
    },
    120_000,
  );
});
