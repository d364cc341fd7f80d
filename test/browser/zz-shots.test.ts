import { openScene, desktop } from './harness/index.ts';
const scene = openScene();
scene.test('shots', async ({ signIn }) => {
  const { page } = await signIn('19900000001');
  await page.setViewportSize(desktop);
  const shot = async (path: string, name: string, act?: () => Promise<void>) => {
    try {
      await page.goto(path);
      await page.waitForTimeout(2500);
      if (act) await act();
      await page.waitForTimeout(1200);
    } catch (e) { console.log(name, String(e).slice(0, 300)); }
    await page.screenshot({ path: `/tmp/gaps-shots/${name}.png` });
  };
  await shot('/system/number-patterns', 'patterns');
  await shot('/charging/raising-runs', 'runs');
  await shot('/finance/income', 'income', async () => { await page.getByRole('button', { name: '打印' }).click(); });
  await shot('/finance/reports', 'reports');
  await shot('/finance/charge-ledger', 'ledger');
  await shot('/cashier/receipts', 'receipt', async () => { await page.getByRole('row').nth(2).click(); await page.waitForTimeout(1500); });
  await shot('/cashier/receipts', 'receipt-invoice', async () => { await page.getByRole('row').nth(2).click(); await page.getByRole('dialog').getByRole('button', { name: '开票' }).click(); await page.waitForTimeout(1500); });
  await shot('/charging/bills', 'bills');
  await shot('/charging/apportionments', 'apportionments', async () => { await page.getByRole('row').nth(1).click(); await page.getByText('历史').click(); });
  await shot('/charging/charge-standards', 'standards', async () => { await page.getByRole('row').nth(1).click(); await page.getByText('公式历史').click(); });
  await shot('/finance/maintenance-fund', 'fund');
  await shot('/finance/invoices', 'invoices');
  await shot('/finance/closing', 'closing');
  await shot('/estate/vehicle-applications', 'vehicles', async () => { await page.getByRole('button', { name: /代住户提交/ }).click(); });
}, 400_000);
