import type { Page } from 'playwright-core';
import { codeOf } from '../../../apps/server/src/platform/auth/sign-in-code.ts';
import { sql } from '../../../apps/server/src/platform/database/sql.ts';
import type { Company } from './company.ts';
import type { Scene } from './index.ts';

export const phoneScreen = { width: 390, height: 844 };

/** SMS that end in the log, as in a demo. */
export function switchOnSms(company: Company): Promise<unknown> {
  return company.run((ctx) =>
    ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, 'sms', 'development', true, now())`),
  );
}

async function sentCode(scene: Scene, company: Company): Promise<string> {
  const row = await company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from resident_sign_in_code where company_id = ${ctx.companyId} order by created_at desc, id desc limit 1`,
    ),
  );
  return codeOf(scene.services().secret, row!.id, company.id);
}

/** Signs a resident in by phone and code, as they do. */
export async function signInOnPhone(page: Page, scene: Scene, company: Company, phone: string): Promise<void> {
  await page.getByLabel('手机号').fill(phone);
  await page.getByRole('button', { name: '获取验证码' }).click();
  await page.getByText('5 分钟内有效').waitFor();
  await page.getByLabel('验证码').fill(await sentCode(scene, company));
  await page.getByRole('button', { name: '登录', exact: true }).click();
}
