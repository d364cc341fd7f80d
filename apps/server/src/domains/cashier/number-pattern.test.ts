import {
  changeNumberPattern,
  listNumberPatterns,
  numberPatternProblem,
  previewNumberPattern,
  takePayment,
  takeRefund,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { countBreaches, makeDesk, noBreaches, paymentFor } from './cashier.fixture.ts';
import { changeNumberPattern as change } from './change-number-pattern.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'done';
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.problem.code;
  }
}

const patterns = [
  '{community}{yyyy}{mm}-{seq:6}',
  '{community}{yyyy}{mm}-{seq:3}',
  '{community}{yyyy}-{seq:4}',
  '{community}{yyyy}-{mm}-{seq:3}',
  '{community}{yyyy}{mm}-0-{seq:3}',
  '{community}-{seq:3}号',
  '{community}-{seq:3}',
];

describe('a pattern of receipt numbers', () => {
  it('is refused with the reason when its numbers could be read in two ways', () => {
    for (const pattern of patterns) expect(numberPatternProblem(pattern)).toBeNull();
    const refused = [
      '',
      '{community}-{seq:2}',
      '{community}-{seq:11}',
      '{community}-{seq:6}-{seq:6}',
      '{community}{yyyy}{seq:6}',
      '{community}-0{seq:6}',
      '{community}-{seq:6}{mm}',
      '{community}-{seq:6}-1',
      '{community}-{day}-{seq:6}',
      '{community-{seq:6}',
      '{yyyy}-{seq:6}',
      '{community}\n-{seq:6}',
      '{community}１-{seq:6}',
      `{community}${'长'.repeat(30)}-{seq:6}`,
    ];
    for (const pattern of refused) expect(numberPatternProblem(pattern), pattern).toMatch(/[一-龥]/);
  });

  it('never repeats a number nor leaves one out, however it is changed and whoever takes numbers at once', async () => {
    const step = fc.record({
      pattern: fc.constantFrom(...patterns),
      other: fc.constantFrom(...patterns),
      day: fc.constantFrom('2026-01-31', '2026-02-01', '2026-11-01', '2027-01-01'),
      isTwice: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0n, 997n),
        async (steps, start) => {
          const company = await server.company();
          const { communityId } = company;
          const take = (pattern: string, day: string) =>
            company.run((ctx) =>
              nextNumber(ctx, {
                communityId,
                communityCode: 'CH',
                kind: 'receipt',
                pattern,
                day: Temporal.PlainDate.from(day),
              }),
            );
          const numbers: string[] = [];
          for (const [place, { pattern, other, day, isTwice }] of steps.entries()) {
            // The second is a payment that had read the pattern before it was changed.
            numbers.push(...(await Promise.all([take(pattern, day), ...(isTwice ? [take(other, day)] : [])])));
            // As if many numbers had been given after the first step, so that the width of a number is outgrown.
            if (place === 0 && start > 0n)
              await company.run((ctx) =>
                ctx.tx.run(sql`update number_counter set last_value = last_value + ${start}
                  where company_id = ${ctx.companyId}`),
              );
          }
          expect(new Set(numbers).size).toBe(numbers.length);
          const series = Map.groupBy(numbers, (number) => number.replace(/\d+(\D*)$/, '#$1'));
          for (const [, given] of series) {
            const values = given.map((number) => Number(/(\d+)\D*$/.exec(number)![1])).sort((a, b) => a - b);
            const jumps = values.filter((value, index) => index > 0 && value !== values[index - 1]! + 1);
            expect(jumps.length).toBeLessThanOrEqual(start > 0n ? 1 : 0);
            if (start === 0n) expect(values[0]).toBe(1);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('changing the pattern', () => {
  it('numbers the receipts from then on, also while two cashiers take money, and the books still add up', async () => {
    const desk = await makeDesk(await server.company());
    const { company } = desk;
    const boss = await company.person('管理员');
    const pay = async (month: string) => {
      const id = await desk.bill({ amountFen: 1000n, month, dueOn: '2026-12-31' });
      return boss.call(takePayment, { body: paymentFor(desk, [{ id, toPay: '10.00' }]) });
    };
    const row = async () => (await boss.call(listNumberPatterns)).rows.find((one) => one.id === company.communityId)!;
    expect((await pay('2026-01')).number).toBe('CH202603-000001');
    expect(await row()).toMatchObject({ lastNumber: 'CH202603-000001', nextNumber: 'CH202603-000002' });
    const params = { id: company.communityId };
    const shorter = '{community}{yyyy}{mm}-{seq:4}';
    expect(await boss.call(previewNumberPattern, { params, query: { pattern: shorter } })).toEqual({
      numbers: ['CH202603-0002', 'CH202603-0003', 'CH202603-0004'],
    });
    const { version } = await row();
    const [first, second] = await Promise.all([
      pay('2026-02'),
      pay('2026-03'),
      boss.call(changeNumberPattern, { params, body: { pattern: shorter, version } }),
    ]);
    expect([first, second].map((one) => Number(one.number.split('-')[1])).sort()).toEqual([2, 3]);
    expect((await pay('2026-04')).number).toBe('CH202603-0004');
    expect(
      await codeOf(boss.call(changeNumberPattern, { params, body: { pattern: '{community}-{seq:6}', version } })),
    ).toBe('resource.changed');
    expect(await company.run(countBreaches)).toEqual(noBreaches);
    const audits = await company.run((ctx) =>
      ctx.tx.rows(sql`select before, after from audit_entry
        where company_id = ${ctx.companyId} and action = 'numberPattern.change'`),
    );
    const paper = '收据';
    expect(audits).toEqual([
      { before: { paper, pattern: '{community}{yyyy}{mm}-{seq:6}' }, after: { paper, pattern: shorter } },
    ]);
  });

  it('numbers refunds by a pattern of their own, which never writes the number of a receipt', async () => {
    const desk = await makeDesk(await server.company());
    const { company } = desk;
    const boss = await company.person('管理员');
    const billId = await desk.bill({ amountFen: 1000n, month: '2026-01', dueOn: '2026-12-31' });
    const { id: receiptId } = await boss.call(takePayment, {
      body: paymentFor(desk, [{ id: billId, toPay: '10.00' }]),
    });
    const giveBack = (idempotencyKey: string) =>
      boss.call(takeRefund, {
        body: {
          receiptId,
          lines: { bills: [{ billId, principal: '1.00', lateFee: '0.00' }] },
          tenders: [{ paymentMethodId: desk.methods.cash, amount: '1.00' }],
          ...{ reason: '多收', refundedOn: '2026-03-10', idempotencyKey },
        },
      });
    expect(await giveBack('refund-0001')).toMatchObject({ number: 'TCH202603-000001' });
    const row = async () =>
      (await boss.call(listNumberPatterns)).rows.find(
        (one) => one.id === company.communityId && one.paper === 'refund',
      )!;
    expect(await row()).toMatchObject({ lastNumber: 'TCH202603-000001', nextNumber: 'TCH202603-000002' });
    const params = { id: company.communityId };
    const change = async (pattern: string) =>
      boss.call(changeNumberPattern, { params, body: { paper: 'refund', pattern, version: (await row()).version } });
    expect(await codeOf(change('{community}{yyyy}{mm}-{seq:4}'))).toBe('numberPattern.sameAsOther');
    const pattern = 'TK-{community}-{seq:4}';
    expect(await boss.call(previewNumberPattern, { params, query: { paper: 'refund', pattern } })).toEqual({
      numbers: ['TK-CH-0001', 'TK-CH-0002', 'TK-CH-0003'],
    });
    await change(pattern);
    expect(await giveBack('refund-0002')).toMatchObject({ number: 'TK-CH-0001' });
    expect(await row()).toMatchObject({ pattern, lastNumber: 'TK-CH-0001', nextNumber: 'TK-CH-0002' });
    const { rows } = await boss.call(listNumberPatterns);
    expect(rows.find((one) => one.id === company.communityId)).toMatchObject({
      ...{ paper: 'receipt', pattern: '{community}{yyyy}{mm}-{seq:6}' },
    });
    expect(await company.run(countBreaches)).toEqual(noBreaches);
  });

  it('is refused to who lacks the right, does not see the whole community, or writes a bad pattern', async () => {
    const company = await server.company();
    const boss = await company.person('管理员');
    const params = { id: company.communityId };
    const body = { pattern: '{community}-{seq:6}', version: 1 };
    const cashier = await company.person('收银员');
    expect(await codeOf(cashier.call(changeNumberPattern, { params, body }))).not.toBe('done');
    const elsewhere = await company.person('管理员', [company.otherCommunityId]);
    expect(await codeOf(elsewhere.call(changeNumberPattern, { params, body }))).toBe('resource.notFound');
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect(await codeOf(stranger.call(changeNumberPattern, { params, body }))).toBe('resource.notFound');
    expect(
      await codeOf(boss.call(changeNumberPattern, { params, body: { ...body, pattern: '{yyyy}{seq:6}' } })),
    ).not.toBe('done');
    await expect(
      company.run((ctx) =>
        change({ ...ctx, wholeCommunityIds: [] }, { communityId: company.communityId, paper: 'receipt', ...body }),
      ),
    ).rejects.toMatchObject({ code: 'scope.wholeCommunity' });
    const { rows } = await boss.call(listNumberPatterns);
    expect(new Set(rows.map((one) => one.pattern))).toEqual(
      new Set(['{community}{yyyy}{mm}-{seq:6}', 'T{community}{yyyy}{mm}-{seq:6}']),
    );
  });
});
