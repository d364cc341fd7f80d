import {
  absentResidentResource,
  acceptInvitation,
  approveApplication,
  countApplications,
  getResidentProfile,
  issueInvitation,
  moveInApplicationResource,
  moveOut,
  rejectApplications,
  resourceEndpoints,
  resubmitApplication,
  revokeInvitation,
  submitApplication,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal } from '../../../test/test-app.ts';
import { expireStays } from './expire-stays.ts';
import { submitApplication as submit } from './index.ts';
import { type ResidentsFixture, startResidents } from './residents.fixture.ts';

let at: ResidentsFixture;
const applications = resourceEndpoints(moveInApplicationResource);

beforeAll(async () => {
  at = await startResidents();
});
beforeEach(() => at.setMode('simpleReview'));
afterAll(() => at.server.stop());

const ask = (more: object = {}) =>
  at.clerk.call(submitApplication, {
    body: { communityId: at.company.communityId, name: '郑十', phone: '13600000001', note: '1-101 的业主', ...more },
  });
const approval = async (label: string, more: object = {}) => ({
  houseId: await at.house(label),
  role: 'owner' as const,
  movedInOn: '2026-03-10',
  ...more,
});

describe('asking to be let in', () => {
  it('goes by note to staff, who place the person in a house', async () => {
    expect((await refusal(ask({ note: '' }))).code).toBe('application.noteRequired');
    const { applicationId, outcome } = await ask();
    expect(outcome).toBe('waiting');
    expect((await refusal(ask())).code).toBe('application.waiting');
    expect((await at.clerk.call(countApplications, { query: {} })).waiting).toBe(1);
    const listed = await at.clerk.call(applications.list, { query: { q: '郑十' } });
    expect(listed.rows).toMatchObject([{ phone: '136****0001', state: 'waiting', note: '1-101 的业主' }]);
    const placed = await at.clerk.call(approveApplication, {
      params: { id: applicationId! },
      body: await approval('1-101'),
    });
    const profile = await at.clerk.call(getResidentProfile, { params: { id: placed.residentId } });
    expect(profile.occupancies).toMatchObject([{ houseLabel: '1-101', role: 'owner' }]);
    expect(await ask()).toEqual({ outcome: 'placed', applicationId: null });
    expect((await at.clerk.call(countApplications, { query: {} })).waiting).toBe(0);
  });

  it('asks for a house and a role where residents choose their house', async () => {
    await at.setMode('openReview');
    const phone = '13600000002';
    expect((await refusal(ask({ phone }))).code).toBe('application.houseRequired');
    const elsewhere = { phone, houseId: await at.house('2-101'), role: 'owner' };
    expect((await refusal(ask(elsewhere))).status).toBe(422);
    const first = await ask({ phone, houseId: await at.house('1-102'), role: 'owner', note: '' });
    await at.clerk.call(approveApplication, { params: { id: first.applicationId! }, body: await approval('1-102') });
    // One person, many houses: the same phone may ask for another house, and is told of one it has.
    expect((await ask({ phone, houseId: await at.house('1-102'), role: 'owner' })).outcome).toBe('placed');
    expect((await ask({ phone, houseId: await at.house('1-103'), role: 'owner' })).outcome).toBe('waiting');
  });

  it('is refused where registration is closed, and lets people look around where they only verify the phone', async () => {
    await at.setMode('closed');
    expect((await refusal(ask({ phone: '13600000003' }))).detail).toContain('已关闭注册');
    await at.setMode('browse');
    const looking = await ask({ phone: '13600000003', note: '' });
    expect(looking.outcome).toBe('browsing');
    const absent = await at.clerk.call(resourceEndpoints(absentResidentResource).list, {
      query: { filter: JSON.stringify({ state: ['browsing'] }) },
    });
    expect(absent.rows).toMatchObject([{ name: '郑十', phone: '136****0003' }]);
    await at.clerk.call(approveApplication, { params: { id: looking.applicationId! }, body: await approval('1-104') });
  });

  it('is refused with a reason, put right and handed in again', async () => {
    const { applicationId } = await ask({ phone: '13600000004', name: '冯一' });
    const ids = [applicationId!];
    const without = at.clerk.call(rejectApplications, { body: { ids, reason: ' ' } });
    expect((await refusal(without)).detail).toContain('请填写原因');
    expect(await at.clerk.call(rejectApplications, { body: { ids, reason: '查无此房' } })).toEqual({ refused: 1 });
    expect((await refusal(at.clerk.call(rejectApplications, { body: { ids, reason: '再拒' } }))).detail).toContain(
      '已是“已拒绝”',
    );
    await at.clerk.call(resubmitApplication, { params: { id: ids[0]! }, body: { name: '冯一', note: '1-201 的租客' } });
    const { rows } = await at.clerk.call(applications.list, { query: { q: '冯一' } });
    expect(rows).toMatchObject([{ state: 'waiting', round: 2, refuseReason: '查无此房' }]);
  });

  it('is decided once, whoever of two clerks is quicker', async () => {
    const { applicationId } = await ask({ phone: '13600000005', name: '陈二' });
    const colleague = await at.company.person('客服');
    const bodies = [await approval('1-301'), await approval('1-302')];
    const results = await Promise.allSettled(
      [at.clerk, colleague].map((who, index) =>
        who.call(approveApplication, { params: { id: applicationId! }, body: bodies[index]! }),
      ),
    );
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason.problem.code).toBe('application.decided');
    const { rows } = await at.server.services.ownerPool.query(
      `select 1 from occupancy o join resident r on r.id = o.resident_id where r.name = '陈二'`,
    );
    expect(rows.length).toBe(1);
  });

  it('ties the house to the person who has the phone, and marks the phone as verified when the person proved it', async () => {
    const known = await at.live('1-401', { name: '褚三', phone: '13600000006' });
    await at.setMode('openReview');
    const houseId = await at.house('1-402');
    const { communityId } = at.company;
    const asked = await at.company.run((ctx) =>
      submit(ctx, {
        ...{ communityId, name: '褚三', phone: '13600000006', sex: null, houseId, role: 'tenant', note: '' },
        ...{ source: 'resident', isPhoneVerified: true },
      }),
    );
    const placed = await at.clerk.call(approveApplication, {
      params: { id: asked.applicationId! },
      body: await approval('1-402', { role: 'tenant' }),
    });
    expect(placed.residentId).toBe(known.residentId);
    const profile = await at.clerk.call(getResidentProfile, { params: { id: known.residentId } });
    expect(profile).toMatchObject({ isPhoneVerified: true, phone: '136****0006' });
    expect(profile.occupancies.length).toBe(2);
    const other = await ask({ phone: '13600000007', name: '卫四', houseId, role: 'owner' });
    await at.live('1-403', { name: '另一人', phone: '13600000007' });
    const body = await approval('1-404');
    const clash = at.clerk.call(approveApplication, { params: { id: other.applicationId! }, body });
    expect((await refusal(clash)).code).toBe('resident.phoneTaken');
    const named = { params: { id: other.applicationId! }, body: { ...body, name: '另一人' } };
    expect((await at.clerk.call(approveApplication, named)).occupancyId).toBeTruthy();
  });

  it('is seen and decided only by those who may, where they may', async () => {
    const { applicationId } = await ask({ phone: '13600000008', name: '蒋五' });
    const cashier = await at.company.person('收银员');
    const body = await approval('1-501');
    const params = { id: applicationId! };
    expect((await refusal(cashier.call(approveApplication, { params, body }))).status).toBe(403);
    const elsewhere = await at.company.person('客服', [at.company.otherCommunityId]);
    expect((await refusal(elsewhere.call(approveApplication, { params, body }))).status).toBe(404);
    expect((await elsewhere.call(applications.list, { query: {} })).total).toBe(0);
    const stranger = await (await at.server.company('别家物业')).person('管理员');
    expect((await refusal(stranger.call(approveApplication, { params, body }))).status).toBe(404);
    const abroad = { params, body: await approval('2-101') };
    expect((await refusal(at.admin.call(approveApplication, abroad))).code).toBe('reference.notFound');
  });
});

describe('an owner who invites', () => {
  const invite = async (label: string, inviterResidentId: string, more: object = {}) =>
    at.clerk.call(issueInvitation, {
      body: {
        houseId: await at.house(label),
        inviterResidentId,
        role: 'family' as const,
        expiresOn: '2026-03-20',
        ...more,
      },
    });

  it('lets somebody in without a review, once, until the code runs out or is taken back', async () => {
    const owner = await at.live('1-601', { name: '沈六', phone: '13600000011' });
    const { code } = await invite('1-601', owner.residentId, { validUntil: '2026-06-30' });
    const bearer = { name: '沈小六', phone: '13600000012' };
    const accepted = await at.clerk.call(acceptInvitation, { body: { code: code.toLowerCase(), ...bearer } });
    const profile = await at.clerk.call(getResidentProfile, { params: { id: accepted.residentId } });
    expect(profile.occupancies).toMatchObject([{ houseLabel: '1-601', role: 'family', validUntil: '2026-06-30' }]);
    const again = at.clerk.call(acceptInvitation, { body: { code, name: '路人', phone: '13600000013' } });
    expect((await refusal(again)).detail).toContain('已接受');
    const revoked = await invite('1-601', owner.residentId);
    await at.clerk.call(revokeInvitation, { params: { id: revoked.id }, body: {} });
    const late = at.clerk.call(acceptInvitation, { body: { code: revoked.code, ...bearer } });
    expect((await refusal(late)).detail).toContain('已撤回');
    expect((await refusal(at.clerk.call(acceptInvitation, { body: { code: 'NOSUCH99', ...bearer } }))).status).toBe(
      404,
    );
  });

  it('must be an owner who still lives there, in a community that takes people in', async () => {
    const tenant = await at.live('1-602', { name: '韩七', phone: '13600000014', role: 'tenant' });
    expect((await refusal(invite('1-602', tenant.residentId))).code).toBe('invitation.notOwner');
    const owner = await at.live('1-602', { name: '杨八', phone: '13600000015' });
    expect((await refusal(invite('1-602', owner.residentId, { expiresOn: '2026-03-09' }))).code).toBe(
      'invitation.expiry',
    );
    expect((await refusal(invite('1-602', owner.residentId, { expiresOn: '2027-01-01' }))).code).toBe(
      'invitation.expiry',
    );
    expect((await refusal(invite('1-602', owner.residentId, { role: 'owner' }))).status).toBe(422);
    const { code } = await invite('1-602', owner.residentId);
    await at.clerk.call(moveOut, { params: { id: owner.occupancyId }, body: { movedOutOn: '2026-03-10' } });
    const left = at.clerk.call(acceptInvitation, { body: { code, name: '某人', phone: '13600000016' } });
    expect((await refusal(left)).code).toBe('invitation.notOwner');
    await at.setMode('closed');
    expect((await refusal(invite('1-601', owner.residentId))).code).toBe('invitation.closed');
  });

  it('two bearers of one code at once: one gets in', async () => {
    const owner = await at.live('1-603', { name: '朱九', phone: '13600000017' });
    const { code } = await invite('1-603', owner.residentId);
    const results = await Promise.allSettled(
      ['13600000018', '13600000019'].map((phone) =>
        at.clerk.call(acceptInvitation, { body: { code, name: `客人${phone.slice(-1)}`, phone } }),
      ),
    );
    expect(results.filter((one) => one.status === 'fulfilled').length).toBe(1);
  });
});

describe('what runs out', () => {
  it('ends a tenancy on the day after its last valid one, in the community, with a log entry, once', async () => {
    const tenant = await at.live('1-701', { name: '秦十', role: 'tenant', validUntil: '2026-03-10' });
    const longer = await at.live('1-701', { name: '尤一', role: 'tenant', validUntil: '2026-03-11' });
    const { services, clock } = at.server;
    const outOf = async (id: string) =>
      (await services.ownerPool.query(`select moved_out_on, moved_out_how from occupancy where id = $1`, [id])).rows[0];
    await expireStays(services, at.company.id);
    expect(await outOf(tenant.occupancyId)).toEqual({ moved_out_on: null, moved_out_how: null });
    clock.set('2026-03-10T16:00:00Z'); // midnight in Shanghai
    await expireStays(services, at.company.id);
    await expireStays(services, at.company.id);
    expect(await outOf(tenant.occupancyId)).toEqual({ moved_out_on: '2026-03-11', moved_out_how: 'expiry' });
    expect(await outOf(longer.occupancyId)).toEqual({ moved_out_on: null, moved_out_how: null });
    const entries = await services.ownerPool.query(`select after from audit_entry where action = 'occupancy.expire'`);
    expect(entries.rows).toEqual([{ after: { count: 1, movedOutOn: '2026-03-11' } }]);
    clock.set('2026-03-10T02:00:00Z');
    expect((await refusal(at.live('1-702', { name: '许二', validUntil: '2025-01-01' }))).code).toBe(
      'occupancy.validity',
    );
  });
});
