import {
  approveApproval,
  createApprovalFlow,
  getApproval,
  houseResource,
  isPendingApproval,
  passOnApproval,
  rejectApproval,
  resourceEndpoints,
  withdrawApproval,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { addBuilding, addHouse } from '../../domains/charging/charging.fixture.ts';
import { sql } from '../database/sql.ts';

const house = resourceEndpoints(houseResource);

let server: TestApp;
let company: TestCompany;
let clerk: TestPerson;
let boss: TestPerson;
/** Three who may be asked. */
let people: TestPerson[];
let buildingId: string;
let count = 0;

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  clerk = await company.person('管理员');
  boss = await company.person('管理员');
  people = [await company.person('收费主管'), await company.person('收费主管'), await company.person('收费主管')];
  buildingId = await company.run((ctx) => addBuilding(ctx, company.communityId, '1栋'));
});
afterAll(() => server.stop());

const levelOf = (mode: 'any' | 'all', who: readonly TestPerson[]) => ({
  mode,
  approvers: who.map((one) => ({ kind: 'person' as const, id: one.staffId })),
});

async function useLevels(levels: ReturnType<typeof levelOf>[]): Promise<void> {
  await company.run((ctx) => ctx.tx.run(sql`delete from approval_flow where company_id = ${ctx.companyId}`));
  const body = {
    name: '流程',
    action: 'house.delete',
    isEnabled: true,
    amountFrom: null,
    amountTo: null,
    communityIds: [],
    levels,
  };
  await boss.call(createApprovalFlow, { body });
}

async function ask(): Promise<{ id: string; houseId: string }> {
  count += 1;
  const houseId = await company.run((ctx) =>
    addHouse(ctx, { communityId: company.communityId, buildingId, number: `C${count}`, builtArea: '60.00' }),
  );
  const reply = await clerk.call(house.remove, { params: { id: houseId }, query: { reason: '重复' } });
  if (!isPendingApproval(reply)) throw new Error('expected a request');
  return { id: reply.approvalId, houseId };
}

/** `done`, or the code of the refusal. */
async function outcomeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'done';
  } catch (error) {
    if (error instanceof Refused) return error.problem.code;
    throw error;
  }
}

const approve = (who: TestPerson, id: string, level = 1) =>
  outcomeOf(who.call(approveApproval, { params: { id }, body: { level } }));
const reject = (who: TestPerson, id: string, level = 1) =>
  outcomeOf(who.call(rejectApproval, { params: { id }, body: { level, note: '不妥' } }));
const withdraw = (id: string) => outcomeOf(clerk.call(withdrawApproval, { params: { id } }));

async function effectsOf(houseId: string): Promise<number> {
  const rows = await company.run((ctx) =>
    ctx.tx.rows(
      sql`select 1 from audit_entry where company_id = ${ctx.companyId} and target_id = ${houseId} and action = 'house.delete'`,
    ),
  );
  return rows.length;
}

describe('decisions at the same moment', () => {
  it('two approvers of one level: one decision and one effect', async () => {
    await useLevels([levelOf('any', people)]);
    for (let round = 0; round < 8; round += 1) {
      const { id, houseId } = await ask();
      const outcomes = await Promise.all(people.map((who) => approve(who, id)));
      expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
      expect(await effectsOf(houseId)).toBe(1);
    }
  });

  it('a double click: one decision, also where the same person decides the next level', async () => {
    await useLevels([levelOf('any', [people[0]!]), levelOf('any', [people[0]!])]);
    for (let round = 0; round < 8; round += 1) {
      const { id, houseId } = await ask();
      const outcomes = await Promise.all([1, 2, 3].map(() => approve(people[0]!, id)));
      expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
      expect((await boss.call(getApproval, { params: { id } })).level).toBe(2);
      expect(await effectsOf(houseId)).toBe(0);
    }
  });

  it('approve against reject against withdraw: one of them, and the house goes with approve alone', async () => {
    await useLevels([levelOf('any', people)]);
    for (let round = 0; round < 12; round += 1) {
      const { id, houseId } = await ask();
      const outcomes = await Promise.all([approve(people[0]!, id), reject(people[1]!, id), withdraw(id)]);
      expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
      const { state } = await boss.call(getApproval, { params: { id } });
      expect(state).toBe(['approved', 'rejected', 'withdrawn'][outcomes.indexOf('done')]);
      expect(await effectsOf(houseId)).toBe(state === 'approved' ? 1 : 0);
    }
  });

  it('the same asked for twice at once is one request', async () => {
    await useLevels([levelOf('any', people)]);
    const { id, houseId } = await ask();
    await withdraw(id);
    const again = () => outcomeOf(clerk.call(house.remove, { params: { id: houseId }, query: { reason: '重复' } }));
    expect((await Promise.all([again(), again(), again()])).toSorted()).toEqual([
      'approval.alreadyPending',
      'approval.alreadyPending',
      'done',
    ]);
  });
});

/** What the people of a level may still do, kept by hand. */
interface Model {
  state: 'pending' | 'approved' | 'rejected' | 'withdrawn';
  level: number;
  /** Holders of a say at the level, and whether they said yes. */
  seats: Map<number, 'waiting' | 'approved'>;
}

type Move =
  | { kind: 'approve' | 'reject'; who: number; level: number }
  | { kind: 'withdraw' }
  | { kind: 'passOn'; who: number; to: number; level: number };

const who = fc.nat({ max: 2 });
const level = fc.constantFrom(1, 1, 1, 2, 2);
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('approve' as const), who, level }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject' as const), who, level }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'withdraw' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('passOn' as const), who, to: who, level }) },
);
const anyLevel = fc.record({
  mode: fc.constantFrom('any' as const, 'all' as const),
  members: fc.uniqueArray(who, { minLength: 1, maxLength: 3 }),
});

type Levels = readonly { mode: 'any' | 'all'; members: number[] }[];

const seated = (members: readonly number[]) => new Map(members.map((one) => [one, 'waiting' as const]));

/** Whether the move is allowed, and what it makes of the model. */
function step(model: Model, move: Move, levels: Levels): boolean {
  if (model.state !== 'pending') return false;
  if (move.kind === 'withdraw') {
    model.state = 'withdrawn';
    return true;
  }
  if (move.level !== model.level || model.seats.get(move.who) !== 'waiting') return false;
  if (move.kind === 'passOn') {
    if (model.seats.has(move.to)) return false;
    model.seats.delete(move.who);
    model.seats.set(move.to, 'waiting');
    return true;
  }
  if (move.kind === 'reject') {
    model.state = 'rejected';
    return true;
  }
  model.seats.set(move.who, 'approved');
  const isDone = levels[model.level - 1]!.mode === 'any' || ![...model.seats.values()].includes('waiting');
  if (!isDone) return true;
  const next = levels[model.level];
  if (next) {
    model.level += 1;
    model.seats = seated(next.members);
  } else model.state = 'approved';
  return true;
}

async function play(id: string, move: Move): Promise<string> {
  switch (move.kind) {
    case 'approve':
      return approve(people[move.who]!, id, move.level);
    case 'reject':
      return reject(people[move.who]!, id, move.level);
    case 'withdraw':
      return withdraw(id);
    case 'passOn':
      return outcomeOf(
        people[move.who]!.call(passOnApproval, {
          params: { id },
          body: { level: move.level, staffId: people[move.to]!.staffId },
        }),
      );
  }
}

it('any row of decisions ends as a simple model says, with an effect exactly when the last yes was given', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLevel, { minLength: 1, maxLength: 2 }),
      fc.array(anyMove, { maxLength: 9 }),
      async (levels, moves) => {
        await useLevels(
          levels.map(({ mode, members }) =>
            levelOf(
              mode,
              members.map((one) => people[one]!),
            ),
          ),
        );
        const { id, houseId } = await ask();
        const model: Model = { state: 'pending', level: 1, seats: seated(levels[0]!.members) };
        for (const move of moves) {
          const allowed = step(model, move, levels);
          expect({ move, done: (await play(id, move)) === 'done' }).toEqual({ move, done: allowed });
        }
        const seen = await boss.call(getApproval, { params: { id } });
        expect({ state: seen.state, level: seen.level }).toEqual({ state: model.state, level: model.level });
        expect(await effectsOf(houseId)).toBe(model.state === 'approved' ? 1 : 0);
      },
    ),
    { numRuns: 40, seed: 20_260_310 },
  );
}, 120_000);
