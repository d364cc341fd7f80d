import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import type { Bill, RaisingRun } from './draw-bills.ts';
import type { Binding, ChargeStandard } from './draw-charges.ts';
import { instantText } from './history.ts';
import { insertRows } from './insert-rows.ts';
import type { DemoStaff } from './write-staff.ts';

export interface Charges {
  standards: readonly ChargeStandard[];
  bindings: readonly Binding[];
  runs: readonly RaisingRun[];
  bills: readonly Bill[];
  staff: DemoStaff;
}

/** Writes what is charged, to whom, and the bills with the sums that their receipts will have brought. */
export async function writeCharges(ctx: Context, charges: Charges): Promise<void> {
  await writeStandards(ctx, charges);
  await writeRuns(ctx, charges);
  await writeBills(ctx, charges.bills);
}

async function writeStandards(ctx: Context, { standards, bindings }: Charges): Promise<void> {
  const { tx, companyId } = ctx;
  const at = nowText(ctx);
  const stamps = { created_at: ['timestamptz', () => at], updated_at: ['timestamptz', () => at] } as const;
  await insertRows(
    tx,
    companyId,
    'charge_standard',
    {
      id: ['uuid', (row) => row.id],
      charge_item_id: ['uuid', (row) => row.item.id],
      name: ['text', (row) => row.name],
      method: ['text', (row) => row.plan.method],
      quantity_source: ['text', (row) => (row.plan.method === 'fixed' ? 'one' : 'builtArea')],
      every_months: ['int', (row) => row.plan.everyMonths],
      ...stamps,
    },
    standards,
  );
  const prices = standards.flatMap((standard) =>
    standard.prices.map((price) => ({ ...price, standardId: standard.id })),
  );
  await insertRows(
    tx,
    companyId,
    'charge_standard_price',
    {
      id: ['uuid', (row) => row.id],
      charge_standard_id: ['uuid', (row) => row.standardId],
      starts_on: ['date', (row) => row.from],
      price: ['numeric', (row) => row.price],
      created_at: ['timestamptz', () => at],
    },
    prices,
  );
  await insertRows(
    tx,
    companyId,
    'standard_binding',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      charge_item_id: ['uuid', (row) => row.standard.item.id],
      charge_standard_id: ['uuid', (row) => row.standard.id],
      house_id: ['uuid', (row) => (row.targetKind === 'house' ? row.targetId : null)],
      parking_space_id: ['uuid', (row) => (row.targetKind === 'parkingSpace' ? row.targetId : null)],
      starts_on: ['date', (row) => row.startsOn.toString()],
      own_price: ['numeric', (row) => row.ownPrice],
      note: ['text', (row) => row.note],
      ...stamps,
    },
    bindings,
  );
}

async function writeRuns(ctx: Context, { runs, staff }: Charges): Promise<void> {
  const { tx, companyId } = ctx;
  const createdBy = staff.idOf(staff.chargingKey);
  await insertRows(
    tx,
    companyId,
    'task',
    {
      id: ['uuid', (row) => row.taskId],
      community_id: ['uuid', (row) => row.communityId],
      kind: ['text', () => 'raiseBills'],
      title: ['text', (row) => row.title],
      state: ['text', () => 'done'],
      done: ['int', (row) => row.billCount],
      total: ['int', (row) => row.billCount],
      input: [
        'jsonb',
        (row) =>
          JSON.stringify({
            communityId: row.communityId,
            chargeItemIds: row.itemIds,
            monthFrom: row.month.slice(0, 7),
            monthTo: row.month.slice(0, 7),
          }),
      ],
      result: [
        'jsonb',
        (row) =>
          JSON.stringify({
            raisingRunId: row.id,
            billCount: row.billCount,
            sum: formatYuan(row.sumFen as Fen),
            failedCount: 0,
            failures: [],
            noBillCount: 0,
          }),
      ],
      created_by: ['uuid', () => createdBy],
      created_at: ['timestamptz', (row) => instantText(row.atMs)],
      finished_at: ['timestamptz', (row) => instantText(row.atMs + 20_000)],
    },
    runs,
  );
  await insertRows(
    tx,
    companyId,
    'raising_run',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      charge_item_ids: ['uuid[]', (row) => `{${row.itemIds.join(',')}}`],
      raised_how: ['text', () => 'manual'],
      month_from: ['date', (row) => row.month],
      month_to: ['date', (row) => row.month],
      task_id: ['uuid', (row) => row.taskId],
      bill_count: ['int', (row) => row.billCount],
      sum_fen: ['bigint', (row) => row.sumFen],
      created_by: ['uuid', () => createdBy],
      created_at: ['timestamptz', (row) => instantText(row.atMs)],
    },
    runs,
  );
}

async function writeBills({ tx, companyId }: Context, bills: readonly Bill[]): Promise<void> {
  await insertRows(
    tx,
    companyId,
    'bill',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.binding.communityId],
      charge_item_id: ['uuid', (row) => row.binding.standard.item.id],
      charge_standard_id: ['uuid', (row) => row.binding.standard.id],
      standard_binding_id: ['uuid', (row) => row.binding.id],
      target_kind: ['text', (row) => row.binding.targetKind],
      target_id: ['uuid', (row) => row.binding.targetId],
      period_from: ['date', (row) => row.periodFrom],
      period_to: ['date', (row) => row.periodTo],
      due_on: ['date', (row) => row.dueOn],
      receivable_fen: ['bigint', (row) => row.receivableFen],
      received_fen: ['bigint', (row) => row.receivedFen],
      late_fee_received_fen: ['bigint', (row) => row.lateFeeReceivedFen],
      raised_how: ['text', () => 'manual'],
      raising_run_id: ['uuid', (row) => row.run.id],
      raised_at: ['timestamptz', (row) => instantText(row.run.atMs)],
      calculation: ['json', (row) => row.calculation],
    },
    bills,
  );
}
