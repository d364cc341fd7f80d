import { describe, expect } from 'vitest';
import { addBuilding, addHouse } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { submitVehicle } from '../../apps/server/src/domains/estate/index.ts';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('vehicles that residents hand in', () => {
  scene.test('passes one, refuses another with a reason, and hands it in again', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '车辆物业');
    const communityId = await company.community('车辆园', 'CL');
    await company.run(async (ctx) => {
      const buildingId = await addBuilding(ctx, communityId, '1栋');
      const houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '90.00' });
      await addHouse(ctx, { communityId, buildingId, number: '102', builtArea: '90.00' });
      const more = {
        ...{ communityId, houseId, ownerPhone: '13612340001', parkingCard: '', brand: '比亚迪', color: '白' },
        ...{ displacement: '', licencePictures: [], note: '', source: 'resident' as const, residentId: null },
      };
      await submitVehicle(ctx, { ...more, plate: '粤B10001', ownerName: '车主甲' });
      await submitVehicle(ctx, { ...more, plate: '粤B10002', ownerName: '车主乙' });
    });
    const { page } = await signIn(await company.person('客服'), '/dashboard');
    await page
      .getByRole('link', { name: /车辆审核/ })
      .filter({ hasText: '2' })
      .click();
    const row = (plate: string) => page.getByRole('row').filter({ hasText: plate });
    await row('粤B10001').getByRole('button', { name: '通过', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^通\s?过$/ })
      .click();
    await page.getByText('已通过 1 辆').waitFor();
    await row('粤B10002').getByRole('button', { name: '不通过' }).click();
    await page.getByRole('dialog').getByLabel('原因').fill('行驶证看不清');
    await page.getByRole('dialog').getByRole('button', { name: '不通过' }).click();
    await page.getByText('已标为不通过').waitFor();
    await page.goto(new URL('/estate/vehicle-applications', page.url()).href);
    await row('粤B10002').getByText('行驶证看不清').waitFor();
    await row('粤B10002').getByRole('button', { name: '重新提交' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('上次未通过：行驶证看不清').waitFor();
    await dialog.getByLabel('车牌号码').fill('粤b·10003');
    await dialog.getByRole('button', { name: /^提\s?交$/ }).click();
    await page.getByText('已提交，等待审核').waitFor();
    await row('粤B10003').getByText('待审核').waitFor();
    await page.goto(new URL('/estate/vehicles', page.url()).href);
    await row('粤B10001').getByRole('button', { name: '修改' }).click();
    const houses = dialog.getByLabel('关联房屋');
    await houses.fill('102');
    await page.locator('.ant-select-item-option').filter({ hasText: '102' }).click();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: /^保\s?存$/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await row('粤B10001')
      .getByText(/101、.*102/)
      .waitFor();
    const { rows } = await scene.services().ownerPool.query(
      `select v.plate, v.owner_name, h.number from vehicle v join vehicle_house l on l.vehicle_id = v.id
       join house h on h.id = l.house_id where v.company_id = $1 order by h.number`,
      [company.id],
    );
    expect(rows.map((one) => one.number)).toEqual(['101', '102']);
    expect(rows[0]).toMatchObject({ plate: '粤B10001', owner_name: '车主甲' });
  });
});
