import { imports } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { countOf, realFile, upload, wizard } from './imports.fixture.ts';

let server: TestApp;
let company: TestCompany;
let person: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  person = await company.person('管理员');
});
afterAll(() => server.stop());

/** What goes wrong with files on their way, and what somebody with bad intentions does to them. */
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bits: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 4096 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  }),
  fc.record({
    kind: fc.constant('zero' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 512 }),
  }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer One> ? One : never;

function mutateOnce(content: Buffer, change: Mutation): Buffer {
  const at = Math.min(content.length - 1, Math.floor(change.at * content.length));
  const [head, tail] = [content.subarray(0, at), content.subarray(at)];
  if (change.kind === 'flip') {
    const copy = Buffer.from(content);
    copy[at] = (copy[at] ?? 0) ^ change.bits;
    return copy;
  }
  if (change.kind === 'cut') return head.length === 0 ? content : Buffer.from(head);
  if (change.kind === 'repeat') return Buffer.concat([head, tail.subarray(0, change.length), tail]);
  if (change.kind === 'insert') return Buffer.concat([head, change.bytes, tail]);
  return Buffer.concat([head, Buffer.alloc(Math.min(change.length, tail.length)), tail.subarray(change.length)]);
}

function mutate(bytes: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce(mutateOnce, bytes);
}

const files = [
  ['house', 'houses.xlsx'],
  ['vehicle', 'vehicles-gbk.csv'],
  ['house', 'bills-haina.xls'],
  ['parkingSpace', 'parking-spaces.xlsx'],
] as const;
const megabyte = 1024 * 1024;

describe.each(files)('a damaged file for the list of %ss (%s)', (kind, name) => {
  it('is refused with a Chinese sentence or can be looked at; nothing is written and memory stays in bounds', async () => {
    const original = realFile(name);
    const before = process.memoryUsage().rss;
    const flow = wizard(server, company, person, kind);
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (changes) => {
        const fileId = await upload(server, person, mutate(original, changes), name);
        const body = { fileId, communityId: company.communityId };
        try {
          const { id } = await person.call(imports[kind].create, { body });
          const view = await flow.view(id);
          if (view.missing.length > 0) return;
          const checked = await flow.check(id);
          // Either it could be read to its end, or the reason is told where the columns are matched.
          if (checked.error !== null) expect(checked.error).not.toContain('服务器出错');
          else expect(checked.state).toBe('checked');
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          expect(error.problem).toMatchObject({ status: 422 });
          expect(error.problem.code).toMatch(/^import\./);
          expect(error.problem.detail).toMatch(/[\u4e00-\u9fff]/);
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * megabyte);
    for (const table of ['house', 'vehicle', 'parking_space', 'building', 'resident', 'tag', 'import_effect'])
      expect(await countOf(company, table)).toBe(0);
  }, 240_000);
});
