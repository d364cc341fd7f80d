import { describe, expect, it } from 'vitest';
import { narrowToRow, readDrill } from './report-drill.ts';

const row = (...keys: string[]) => ({ keys, communityId: null });

describe('the rows behind a figure of a report', () => {
  it('are those of its month, cut to the days the report shows', () => {
    const days = { from: '2026-02-10', to: '2026-12-31' };
    expect(narrowToRow(days, ['month'], row('2026-02'))).toEqual({ from: '2026-02-10', to: '2026-02-28' });
    expect(narrowToRow(days, ['month'], row('2026-04'))).toEqual({ from: '2026-04-01', to: '2026-04-30' });
    expect(narrowToRow({}, ['month'], row('2028-02'))).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  });

  it('are of everything the row stands for, with the filters of the report', () => {
    const listing = { tagId: 't', groupBy: 'item.building', sort: '-due' };
    expect(narrowToRow(listing, ['item', 'building'], { keys: ['i', 'none'], communityId: 'c' })).toEqual({
      tagId: 't',
      communityId: 'c',
      chargeItemId: 'i',
      buildingId: 'none',
    });
  });

  it('are not looked for where an address was mended by hand', () => {
    expect(readDrill('{"column":')).toBeUndefined();
    expect(readDrill('{"column":1}')).toBeUndefined();
    expect(readDrill('{"column":"due","label":"全部","filter":{}}')).toMatchObject({ column: 'due' });
  });
});
