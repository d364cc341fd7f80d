import { saveChannel } from '@anlin/contract';
import { describe, expect, inject } from 'vitest';
import { emulatorAccounts } from '../../tools/emulator/start-emulator.ts';
import { type PushAnswer, type PushSetting, pushXml, verifyUrl } from '../../tools/emulator/wechat-push.ts';
import { choose } from './harness/choose.ts';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const { emulator } = inject('product');
const { appId } = emulatorAccounts.wechat[0]!;
const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

const seconds = () => Math.floor(Date.now() / 1000);

/** A message as a follower would send it, by way of the emulated WeChat. */
async function say(setting: PushSetting, fields: Record<string, string | number>): Promise<PushAnswer> {
  const xml = pushXml({ ToUserName: setting.to, FromUserName: 'oBrowser12345', CreateTime: seconds(), ...fields });
  const response = await fetch(`${emulator}/_emulator/official-account/push`, {
    method: 'POST',
    body: JSON.stringify({ setting, xml }),
  });
  return (await response.json()) as PushAnswer;
}

describe('the 公众号', () => {
  scene.test(
    'is bound and proved, its menu arrives at WeChat, a keyword is answered, and who follows is seen',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '公众物业');
      const { page, context } = await signIn(await company.person('管理员'));
      const tab = (name: string) => page.locator('.ant-segmented').getByText(name, { exact: true }).click();
      const accounts = { wechat: emulatorAccounts.wechat[0]!, miniProgram: emulatorAccounts.wechat[1]! };
      for (const [provider, own] of Object.entries(accounts)) {
        const settings = { settings: { appId: own.appId }, secrets: { appSecret: own.secret } };
        const data = { provider, isOn: true, ...settings, templates: {}, version: 0 };
        const saved = await context.request.put(saveChannel.path.replace(':channel', provider), { data });
        expect(saved.status()).toBe(200);
      }

      await page.goto('/system/official-account');
      await page.getByLabel('Token', { exact: true }).fill('BrowserToken');
      await page.getByLabel('EncodingAESKey').fill(encodingAesKey);
      await page.getByRole('switch', { name: '启用消息推送' }).click();
      await page.getByRole('button', { name: /^保\s*存$/ }).click();
      await page.getByText('已保存', { exact: true }).waitFor();
      const address = await page.getByText('/api/official-account-callbacks/').innerText();
      const setting = { url: address.trim(), token: 'BrowserToken', appId, encodingAesKey, to: 'gh_browser0001' };
      const proved = await fetch(verifyUrl(setting, seconds(), '4711'));
      expect(await proved.text()).toBe('4711');
      await page.getByRole('button', { name: '检查绑定' }).click();
      const checks = page.getByRole('list', { name: '检查结果' });
      await checks.getByText('微信认得，有菜单权限').waitFor();
      await checks.getByText('微信已验证').waitFor();

      await tab('菜单');
      await page.getByRole('button', { name: '添加菜单' }).click();
      await page.getByLabel('名称').fill('一个太长的名字');
      await page.getByText('1 处要改').waitFor();
      await page.getByLabel('名称').fill('缴费');
      await choose(page, page, '功能', '物业缴费');
      await page.getByRole('button', { name: '添加菜单' }).click();
      await page.getByLabel('名称').fill('电话');
      await page.getByRole('radio', { name: '回复关键词' }).click();
      await page.getByRole('textbox', { name: '关键词' }).fill('值班电话');
      await page.getByRole('button', { name: /^发\s*布$/ }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^发\s*布$/ })
        .click();
      await page.getByText('已发布到微信').waitFor();
      const menu = await (await fetch(`${emulator}/_emulator/official-account/menu`)).json();
      expect(menu).toMatchObject({
        menu: {
          button: [
            {
              name: '缴费',
              type: 'view',
              url: expect.stringMatching(/^http:\/\/localhost:\d+\/m\/[0-9a-f]{8}\/dues$/),
            },
            { name: '电话', type: 'click', key: '值班电话' },
          ],
        },
      });

      await tab('自动回复');
      await page.getByRole('button', { name: '新增关键词回复' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('textbox', { name: '关键词' }).fill('值班电话');
      await drawer.getByRole('textbox', { name: '文字' }).fill('0755-88886666，全天有人');
      await drawer.getByRole('button', { name: /^保\s*存$/ }).click();
      await page.getByText('已保存，马上生效').waitFor();
      await page.getByLabel('住户发来').fill('请问值班电话');
      await page.getByRole('button', { name: /^发\s*送$/ }).click();
      await page.getByText('符合关键词“值班电话”').waitFor();

      await say(setting, { MsgType: 'event', Event: 'subscribe' });
      const touched = await say(setting, { MsgType: 'event', Event: 'CLICK', EventKey: '值班电话' });
      expect(touched).toMatchObject({ status: 200, message: expect.stringContaining('0755-88886666，全天有人') });
      await tab('关注者');
      await page.getByText('oBr****2345').waitFor();

      await tab('模板消息');
      await tab('小程序订阅消息');
      await page.getByRole('button', { name: '从微信同步模板' }).click();
      await page.getByText('读到 4 个模板').waitFor();
      await page.getByRole('columnheader', { name: '住户已订阅' }).waitFor();
      await tab('公众号模板消息');
      await page.getByRole('button', { name: '从微信同步模板' }).click();
      await page.getByText('读到 2 个模板').waitFor();
      await page.getByRole('button', { name: '收款', exact: true }).click();
      await choose(page, page, '模板', '缴费成功通知');
      await choose(page, page, '缴费金额', '金额');
      await page.getByRole('region', { name: '消息预览' }).getByText('275.80').waitFor();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^保\s*存$/ })
        .click();
      await page.getByText('已保存', { exact: true }).last().waitFor();
    },
    120_000,
  );
});
