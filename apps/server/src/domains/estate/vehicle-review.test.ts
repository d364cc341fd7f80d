import {
  countVehicleApplications,
  listToDos,
  passVehicles,
  rejectVehicles,
  resourceEndpoints,
  resubmitVehicle,
  searchEstate,
  submitVehicle,
  vehicleApplicationResource,
  vehicleResource,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../../test/test-app.ts';
import { type ResidentsFixture, startResidents } from '../residents/residents.fixture.ts';

let at: ResidentsFixture;
const applications = resourceEndpoints(vehicleApplicationResource);
const vehicles = resourceEndpoints(vehicleResource);

beforeAll(async () => {
  at = await startResidents();
});
afterAll(() => at.server.stop());

const hand = (plate: string, more: object = {}) =>
  at.clerk.call(submitVehicle, {
    body: { communityId: at.company.communityId, plate, ownerName: '钱二', ownerPhone: '13600001111', ...more },
  });
const plates = async () => (await at.admin.call(vehicles.list, { query: {} })).rows.map((row) => row.plate);

describe('reviewing vehicles', () => {
  it('registers a vehicle only when it was passed', async () => {
    const houseId = await at.house('1-101');
    const { id } = await hand('粤b·11111', { houseId });
    expect(await plates()).not.toContain('粤B11111');
    expect((await at.clerk.call(searchEstate, { query: { q: '粤B11111' } })).rows).toEqual([]);
    expect((await at.clerk.call(countVehicleApplications, { query: {} })).waiting).toBe(1);
    const console = await at.clerk.call(listToDos);
    expect(JSON.stringify(console)).toContain('车辆审核');
    expect((await at.clerk.call(passVehicles, { body: { ids: [id] } })).passed).toBe(1);
    expect(await plates()).toContain('粤B11111');
    const found = await at.clerk.call(searchEstate, { query: { q: '粤B11111' } });
    expect(found.rows).toMatchObject([{ id: houseId }, { kind: 'vehicle', label: '粤B11111' }]);
    expect((await refusal(hand('粤B 11111'))).detail).toContain('已经登记');
    expect((await at.clerk.call(countVehicleApplications, { query: {} })).waiting).toBe(0);
  });

  it('may name several houses: all of them are the vehicle’s once it passed, and whoever sees one sees the application', async () => {
    const [main, second, third] = [await at.house('1-101'), await at.house('1-102'), await at.house('1-103')];
    const { id } = await hand('粤B66666', { houseId: main, furtherHouseIds: [second, third, main] });
    const row = async () => (await at.clerk.call(applications.list, { query: { q: '66666' } })).rows[0]!;
    const names = async () => ((await row()).houseIds as { id: string }[]).map((one) => one.id);
    expect(await names()).toEqual([main, second, third]);
    await at.clerk.call(rejectVehicles, { body: { ids: [id], reason: '少一套' } });
    const body = { plate: '粤B66666', ownerName: '钱二', houseId: main };
    // Handed in from a phone, which knows one house only: the others stay. From the office they are as they are given.
    await at.clerk.call(resubmitVehicle, { params: { id }, body });
    expect(await names()).toEqual([main, second, third]);
    await at.clerk.call(rejectVehicles, { body: { ids: [id], reason: '多一套' } });
    await at.clerk.call(resubmitVehicle, { params: { id }, body: { ...body, furtherHouseIds: [third] } });
    expect(await names()).toEqual([main, third]);
    const foreign = await at.house('2-101');
    expect((await refusal(hand('粤B66667', { houseId: main, furtherHouseIds: [foreign] }))).status).toBe(422);
    await at.clerk.call(passVehicles, { body: { ids: [id] } });
    const [vehicle] = (await at.admin.call(vehicles.list, { query: { q: '粤B66666' } })).rows;
    expect((vehicle!.houseIds as { id: string }[]).map((one) => one.id)).toEqual([main, third]);
  });

  it('refuses with a reason, and takes it again when it was put right', async () => {
    const { id } = await hand('粤B22222');
    expect((await refusal(hand('粤B22222'))).code).toBe('vehicle.waiting');
    expect((await refusal(at.clerk.call(rejectVehicles, { body: { ids: [id], reason: ' ' } }))).status).toBe(422);
    await at.clerk.call(rejectVehicles, { body: { ids: [id], reason: '行驶证不清楚' } });
    const [row] = (await at.clerk.call(applications.list, { query: { q: '22222' } })).rows;
    expect(row).toMatchObject({ state: 'refused', refuseReason: '行驶证不清楚' });
    expect((await refusal(at.clerk.call(passVehicles, { body: { ids: [id] } }))).code).toBe('vehicle.decided');
    expect(await plates()).not.toContain('粤B22222');
    const body = { plate: '粤B22223', ownerName: '钱二', ownerPhone: '13600001111' };
    await at.clerk.call(resubmitVehicle, { params: { id }, body });
    await at.clerk.call(passVehicles, { body: { ids: [id] } });
    expect(await plates()).toContain('粤B22223');
  });

  it('asks for a readable plate, and for the owner or a house of the same community', async () => {
    expect((await refusal(hand('··'))).code).toBe('vehicle.plateWrong');
    expect((await refusal(hand('粤B33333', { ownerName: '' }))).code).toBe('vehicle.ownerRequired');
    expect((await refusal(hand('粤B33333', { houseId: await at.house('2-101') }))).status).toBe(422);
    const elsewhere = { communityId: at.company.otherCommunityId };
    expect((await refusal(hand('粤B33333', elsewhere))).status).toBe(422);
  });

  it('is decided once when two people decide at the same moment', async () => {
    const { id } = await hand('粤B44444');
    const both = await Promise.allSettled([
      at.admin.call(passVehicles, { body: { ids: [id] } }),
      at.clerk.call(rejectVehicles, { body: { ids: [id], reason: '不是本小区' } }),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const [row] = (await at.clerk.call(applications.list, { query: { q: '44444' } })).rows;
    const isPassed = row?.state === 'passed';
    expect((await plates()).includes('粤B44444')).toBe(isPassed);
  });

  it('passes all or none, and needs the right to review', async () => {
    const { id } = await hand('粤B55555');
    const { id: taken } = await hand('粤B55556');
    await at.admin.call(vehicles.create, {
      body: { communityId: at.company.communityId, plate: '粤B55556', ownerName: '钱二' },
    });
    expect((await refusal(at.clerk.call(passVehicles, { body: { ids: [id, taken] } }))).status).toBe(409);
    expect(await plates()).not.toContain('粤B55555');
    const guard = await at.company.person('保安');
    expect((await refusal(guard.call(passVehicles, { body: { ids: [id] } }))).status).toBe(403);
    const other = await (await at.server.company('别家物业')).person('管理员');
    expect((await refusal(other.call(passVehicles, { body: { ids: [id] } }))).status).toBe(404);
  });
});
