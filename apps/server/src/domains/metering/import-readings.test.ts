import { meterReadingResource, meterResource, resourceEndpoints } from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding } from '../charging/charging.fixture.ts';
import { realFile, wizard } from '../imports/imports.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
/** The first rows of the real file, and the three further odd ones of it. */
let file: string;

/** The houses of the file, in a company where it is November 2026. */
beforeAll(async () => {
  server = await startTestApp();
  server.clock.set('2026-11-02T02:00:00Z');
  company = await server.company();
  admin = await company.person('管理员');
  const lines: string[] = [];
  for await (const row of (await openSpreadsheet({ bytes: realFile('meter-readings.xlsx') })).rows())
    lines.push(row.cells.map((cell) => cell.text.replace('，', ' ')).join(','));
  lines.push(
    '1-2-104,W00060,冷水,1,582,598,591,622',
    '1-2-604,W00080,冷水,1,724,729,745,1645',
    '1-2-1104,W00100,冷水,1,418,420,,441',
  );
  file = lines.join('\n');
  const keys = lines.slice(1).map((line) => line.split(',')[0] ?? '');
  await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, company.communityId, '1栋');
    await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
      select ${ctx.companyId}, n.id, ${company.communityId}, ${buildingId}, n.key, n.key, n.key, 'residential', 90, ${nowText(ctx)}, ${nowText(ctx)}
      from unnest(${keys.map(() => ctx.newId())}::uuid[], ${keys}::text[]) as n (id, key)`);
  });
});
afterAll(() => server.stop());

const readingsOf = async (number: string) => {
  const query = { page: 1, pageSize: 20, q: number, sort: 'month', communityId: company.communityId };
  const { rows } = await admin.call(resourceEndpoints(meterReadingResource).list, { query });
  return rows.map((row) => [String(row.month).slice(0, 7), Number(row.usage), row.outcome]);
};
const csv = (...lines: string[]) => `仪表编号,月份,本期止度,满转,旧表止度,新表起度,确认说明\n${lines.join('\n')}\n`;

describe('a file of readings as the field has it', () => {
  it('first makes the meters, with the reading before as where they begin', async () => {
    const done = await wizard(server, company, admin, 'meter').all(file, '抄表.csv');
    expect(done.counts).toMatchObject({ rows: 62, added: 62, bad: 0 });
    const { rows } = await admin.call(resourceEndpoints(meterResource).list, {
      query: { page: 1, pageSize: 10, q: 'W00012' },
    });
    expect(rows[0]).toMatchObject({
      kind: 'coldWater',
      houseIdLabel: '1-1-304',
      initialReading: '99990.000',
      digits: 5,
      multiplier: '1.00',
    });
  });

  it('takes the roll-over and the changed dial from the note, says which month was left out, and returns the rest with its reason', async () => {
    const readings = wizard(server, company, admin, 'meterReading');
    const id = await readings.open(file, '抄表.csv');
    const checked = await readings.check(id);
    expect(checked.problems.map(({ row, column, message }) => [row, column, message])).toEqual([
      [
        expect.any(Number),
        '2026-09',
        expect.stringContaining('2026-09 读数 591 低于上期 598：表盘满转了请在“满转”填“是”'),
      ],
      [
        expect.any(Number),
        '2026-10',
        expect.stringMatching(/^2026-10 用量 900m³，是平时（.*）的 .* 倍，请核对读数；确实无误请在“确认说明”写明原因$/),
      ],
    ]);
    expect(checked.notices).toEqual(['W00100 在 2026-08 之后漏抄 1 个月，2026-10 的用量是 2 个月的']);
    const done = await readings.run(id);
    expect(done.counts).toMatchObject({ rows: 62, good: 60, bad: 2, added: 60 });
    expect(await readingsOf('W00012')).toEqual([
      ['2026-08', 8, 'normal'],
      ['2026-09', 8, 'rolledOver'],
      ['2026-10', 9, 'normal'],
    ]);
    // Old dial 571 → 575, new dial 0 → 3.
    expect(await readingsOf('W00040')).toEqual([
      ['2026-08', 18, 'normal'],
      ['2026-09', 8, 'normal'],
      ['2026-10', 7, 'replaced'],
    ]);
    expect(await readingsOf('W00060')).toEqual([]);
    expect(await readingsOf('W00100')).toEqual([
      ['2026-08', 2, 'normal'],
      ['2026-10', 21, 'gap'],
    ]);
  });

  it('the same file again adds nothing; what was returned is mended line by line, a month a line', async () => {
    const readings = wizard(server, company, admin, 'meterReading');
    const again = await readings.all(file, '抄表.csv');
    expect(again.counts).toMatchObject({ good: 60, added: 0, updated: 0, skipped: 60 });
    const mended = csv(
      'W00060,2026年8月,598,,,,',
      'W00060,2026-09,4,,595,0,9月换表',
      'W00080,2026-08,729,,,,',
      'W00080,2026-09,745,,,,',
      'W00080,2026-10,1645,,,,消防管漏水',
      'W00012,2026-10,15.0,,,,',
      'W99999,2026-10,5,,,,',
      'W00001,2026-10,,,,,',
      'W00002,2026-13,8,,,,',
      'W00003,2026-10,8,,9,,',
    );
    const id = await readings.open(mended, '改正.csv');
    const checked = await readings.check(id);
    expect(checked.problems.map(({ row, message }) => [row, message.slice(0, 12)])).toEqual([
      [3, '旧表止度低于上期读数 5'],
      [8, '没有编号为“W99999'],
      [9, '没有读数，请填写本期止度'],
      [10, '看不懂这个月份，请写成 '],
      [11, '换表须同时填写旧表止度和'],
    ]);
    const done = await readings.run(id);
    expect(done.counts).toMatchObject({ added: 4, skipped: 1 });
    expect(await readingsOf('W00080')).toEqual([
      ['2026-08', 5, 'normal'],
      ['2026-09', 16, 'normal'],
      ['2026-10', 900, 'leap'],
    ]);
    expect((await readings.undo(id)).state).toBe('undone');
    expect(await readingsOf('W00080')).toEqual([]);
  });
});
