import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

scene.test('a changed pattern is on the next receipt', async ({ signIn }) => {
  const company = await makeCompany(scene.services(), '编号物业');
  await makeBilledHouses(company, 1);
  const { page } = await signIn(await company.person('管理员', { name: '周管理' }), '/system/number-patterns');
  await page
    .getByRole('row', { name: /收据.*CHHY/ })
    .getByRole('button', { name: /修\s*改/ })
    .click();
  const pattern = page.getByLabel('编号规则', { exact: true });
  await pattern.fill('{community}{seq:4}');
  await page.getByText('流水号前面须有一个不是数字的字符').waitFor();
  await pattern.fill('SJ{community}-{seq:4}');
  await page.getByText('SJCHHY-0003', { exact: true }).waitFor();
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByRole('cell', { name: 'SJCHHY-0001' }).waitFor();
  // Refunds count apart; their pattern must not write the numbers of receipts.
  await page
    .getByRole('row', { name: /TCHHY/ })
    .getByRole('button', { name: /修\s*改/ })
    .click();
  await pattern.fill('SJ{community}-{seq:5}');
  await page.getByText('会与收据出现同一个号').waitFor();
  await pattern.fill('TK{community}-{seq:5}');
  await page.getByText('TKCHHY-00003', { exact: true }).waitFor();
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByRole('cell', { name: 'TKCHHY-00001' }).waitFor();

  await page.goto(new URL('/cashier/desk', page.url()).href);
  await page.getByRole('combobox', { name: '查找房屋或住户' }).waitFor();
  await page.keyboard.press('F2');
  await page.keyboard.type('cct');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('grid', { name: '未收账单' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('300');
  await page.keyboard.press('Enter');
  await page.getByText('收款成功').waitFor();
  await page.getByText('SJCHHY-0001').first().waitFor();
});
