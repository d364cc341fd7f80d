/** A mistake somebody could make, as a replacement of text that occurs exactly once in a file. */
export interface PlantedBug {
  /** What the mistake is, in a line. */
  name: string;
  file: string;
  find: string;
  replace: string;
  project: 'unit' | 'server';
  /** Test files that must fail with it. */
  caughtBy: readonly string[];
}

const cashier = 'apps/server/src/domains/cashier';
const finance = 'apps/server/src/domains/finance';
const charging = 'apps/server/src/domains/charging';
const takeTest = `${cashier}/take-payment.test.ts`;
const concurrentTest = `${cashier}/concurrent-payments.test.ts`;
const repeatTest = `${cashier}/repeat-payment.test.ts`;
const reverseTest = `${cashier}/reverse-receipt.test.ts`;
const linesTest = `${cashier}/desk-lines.test.ts`;
const holdingsTest = `${cashier}/holdings.test.ts`;
const undoTest = 'apps/server/test/scenarios/undo-receipt.test.ts';
const undoBillsTest = 'apps/server/test/scenarios/undo-bills.test.ts';
const closingTest = 'apps/server/src/domains/finance/closing.test.ts';
const raiseTest = `${charging}/raise-bills.test.ts`;
const pricingTests = [
  'packages/pricing/src/worked-examples.test.ts',
  'packages/pricing/src/pricing-properties.test.ts',
];
const reconcileTest = 'apps/server/src/domains/payments/reconcile/reconcile.test.ts';
const walkTest = 'apps/server/test/walk.test.ts';
const workersTest = 'apps/server/test/scenarios/two-workers.test.ts';
const rightsTest = 'apps/server/test/scenarios/rights-taken-away.test.ts';

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'bills are read without a lock',
    file: `${charging}/bill-account.ts`,
    find: 'order by b.id for no key update of b`',
    replace: 'order by b.id`',
    project: 'server',
    caughtBy: [concurrentTest],
  },
  {
    name: 'a receipt is reversed without a lock',
    file: `${cashier}/lock-receipt.ts`,
    find: ' for no key update of r`',
    replace: '`',
    project: 'server',
    caughtBy: [reverseTest, concurrentTest],
  },
  {
    name: 'the key of a payment already taken is not looked up',
    file: `${cashier}/take-payment.ts`,
    find: 'if (desk.earlier) return repeatOf(desk.earlier, requestHash);',
    replace: '',
    project: 'server',
    caughtBy: [repeatTest],
  },
  {
    name: 'a key used for other content gives the old receipt',
    file: `${cashier}/take-payment.ts`,
    find: "if (!earlier.requestHash.equals(requestHash)) throw cashierFail('receipt.keyReused');",
    replace: '',
    project: 'server',
    caughtBy: [repeatTest],
  },
  {
    name: 'the bills are no part of what a key stands for',
    file: `${cashier}/take-payment.ts`,
    find: '.update(JSON.stringify([fields, sorted]))',
    replace: '.update(JSON.stringify([fields]))',
    project: 'server',
    caughtBy: [repeatTest],
  },
  {
    name: 'the key is not looked up again under the lock',
    file: `${cashier}/take-payment.ts`,
    find: 'if (earlier) return { earlier: repeatOf(earlier, requestHash) };',
    replace: '',
    project: 'server',
    caughtBy: [concurrentTest],
  },
  {
    name: 'the counter of numbers is locked before the bills',
    file: `${cashier}/take-payment.ts`,
    find: 'return ids.length === 0 ? [] : lockBills(ctx, ids);',
    replace: `await ctx.tx.client.query('select from number_counter for update');
  return ids.length === 0 ? [] : lockBills(ctx, ids);`,
    project: 'server',
    caughtBy: [concurrentTest],
  },
  {
    name: 'only the total is compared, not each bill',
    file: `${cashier}/settle-bills.ts`,
    find: 'if (actualFen !== expectedFen)',
    replace: 'if (false)',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'change is given on money that is not cash',
    file: `${cashier}/count-money.ts`,
    find: "if (cashFen === zeroFen && cashTenderedFen > zeroFen) throw cashierFail('receipt.cashWithoutTender');",
    replace: '',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'every method counts as cash',
    file: `${cashier}/count-money.ts`,
    find: '?.isCash === true);',
    replace: '?.isCash !== undefined);',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'a receipt may be of tomorrow',
    file: `${cashier}/receipt-day.ts`,
    find: 'if (receivedOn > today)',
    replace: 'if (receivedOn > Temporal.PlainDate.from(today).add({ days: 1 }).toString())',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'payments of reversed receipts lower the late fee',
    file: `${cashier}/payment-history.ts`,
    find: ' and r.reversed_at is null and a.principal_fen > 0',
    replace: ' and a.principal_fen > 0',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'the principal is paid before its late fee',
    file: `${cashier}/allocate.ts`,
    find: `const lateFeeFen = minFen(leftFen, debt.lateFeeFen);
    leftFen = subtractFen(leftFen, lateFeeFen);
    const principalFen = minFen(leftFen, debt.principalFen);
    leftFen = subtractFen(leftFen, principalFen);`,
    replace: `const principalFen = minFen(leftFen, debt.principalFen);
    leftFen = subtractFen(leftFen, principalFen);
    const lateFeeFen = minFen(leftFen, debt.lateFeeFen);
    leftFen = subtractFen(leftFen, lateFeeFen);`,
    project: 'server',
    caughtBy: [`${cashier}/allocate.test.ts`],
  },
  {
    name: 'a reversal leaves the sums of its bills',
    file: `${cashier}/reverse-receipt.ts`,
    find: 'receivedFen: negateFen(one.principalFen),',
    replace: 'receivedFen: zeroFen,',
    project: 'server',
    caughtBy: [reverseTest],
  },
  {
    name: 'the sum the cashier saw is not compared with the bill',
    file: `${cashier}/settle-bills.ts`,
    find: 'if (actualFen !== expectedFen)',
    replace: 'if (actualFen < expectedFen)',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'cash that is too little is taken, with negative change',
    file: `${cashier}/count-money.ts`,
    find: 'if (cashTenderedFen < cashFen)',
    replace: 'if (cashTenderedFen < cashFen - cashFen)',
    project: 'server',
    caughtBy: [takeTest],
  },
  {
    name: 'a bill that was paid meanwhile is paid again',
    file: `${cashier}/settle-bills.ts`,
    find: 'if (bill.outstandingFen === zeroFen) {',
    replace: 'if (bill.outstandingFen < zeroFen) {',
    project: 'server',
    caughtBy: [takeTest, concurrentTest],
  },
  {
    name: 'a reversal adds instead of taking away',
    file: `${cashier}/reverse-receipt.ts`,
    find: 'receivedFen: negateFen(one.principalFen),',
    replace: 'receivedFen: one.principalFen,',
    project: 'server',
    caughtBy: [reverseTest],
  },
  {
    name: 'a bill that somebody raised meanwhile stops the raising',
    file: `${charging}/bill-batch.ts`,
    find: "return code === '23505' && constraint === 'bill_once';",
    replace: "return code === '23505' && constraint === 'bill_never';",
    project: 'server',
    caughtBy: [`${charging}/raising-race.test.ts`],
  },
  {
    name: 'a binding and period may have two bills',
    file: 'apps/server/migrations/0003-charging.sql',
    find: 'create unique index bill_once on bill (company_id, standard_binding_id, period_from) where voided_at is null;',
    replace:
      'create unique index bill_once on bill (company_id, standard_binding_id, period_from, id) where voided_at is null;',
    project: 'server',
    caughtBy: [raiseTest],
  },
  {
    name: 'more of a bill is given back than the receipt took',
    file: `${cashier}/plan-refund.ts`,
    find: 'if (amountFen > leftFen)',
    replace: 'if (amountFen > leftFen && leftFen < 0n)',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'what was offset goes out as money',
    file: `${cashier}/plan-refund.ts`,
    find: 'if (moneyFen > left.moneyFen)',
    replace: 'if (moneyFen < 0n)',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'a refund is dated before the money came',
    file: `${cashier}/plan-refund.ts`,
    find: 'if (receipt && refundedOn < receipt.receivedOn)',
    replace: 'if (receipt && refundedOn < earliest)',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'a refund leaves the sums of its bills',
    file: `${cashier}/take-refund.ts`,
    find: 'refundedFen: one.principalFen,',
    replace: 'refundedFen: zeroFen,',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'a receipt that was refunded is reversed as well',
    file: `${cashier}/reverse-receipt.ts`,
    find: 'await refuseRefunded(ctx, receipt, words[undoing.kind]);',
    replace: '',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'a receipt and its reversal tell two instants',
    file: `${cashier}/reverse-receipt.ts`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of the source
    find: 'update receipt set reversed_at = ${now} where',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of the source
    replace: 'update receipt set reversed_at = ${nowText(ctx)} where',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'bills paid by others go to the bin with a receipt',
    file: `${cashier}/void-receipt.ts`,
    find: 'await refuseUnlessFree(ctx, billIds);',
    replace: '',
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'prepaid is read without a lock',
    file: `${cashier}/move-prepaid.ts`,
    find: 'order by p.id for no key update of p`',
    replace: 'order by p.id`',
    project: 'server',
    caughtBy: [linesTest, holdingsTest],
  },
  {
    name: 'more is drawn from prepaid than there is',
    file: `${cashier}/move-prepaid.ts`,
    find: 'if (balanceFen < zeroFen) throw refusal();',
    replace: '',
    project: 'server',
    caughtBy: [linesTest, holdingsTest],
  },
  {
    name: 'prepaid that was given is paid out',
    file: `${cashier}/move-prepaid.ts`,
    find: "if (kind === 'refund' || kind === 'moveOut')",
    replace: "if (kind === 'moveIn')",
    project: 'server',
    caughtBy: [holdingsTest],
  },
  {
    name: 'a deposit gives more than is held',
    file: `${cashier}/move-deposit.ts`,
    find: 'if (outFen > deposit.held_fen)',
    replace: 'if (outFen > deposit.taken_fen + deposit.taken_fen)',
    project: 'server',
    caughtBy: [holdingsTest],
  },
  {
    name: 'a deposit that was used goes back with its receipt',
    file: `${cashier}/move-deposit.ts`,
    find: "if (move.kind === 'reversal' && deposit.held_fen !== deposit.taken_fen)",
    replace: "if (move.kind === 'offset')",
    project: 'server',
    caughtBy: [undoTest],
  },
  {
    name: 'prepaid pays newer bills before older ones',
    file: `${cashier}/plan-offset.ts`,
    find: 'return one < other ? -1 : 1;',
    replace: 'return one < other ? 1 : -1;',
    project: 'server',
    caughtBy: [`${cashier}/plan-offset.test.ts`],
  },
  {
    name: 'more is waived than is owed',
    file: `${cashier}/waive-bills.ts`,
    find: 'if (principalFen > one.bill.outstandingFen)',
    replace: 'if (principalFen > one.bill.receivableFen)',
    project: 'server',
    caughtBy: [undoBillsTest],
  },
  {
    name: 'closed days take documents',
    file: 'apps/server/migrations/0032-money.sql',
    find: 'if closed is not null and day <= closed then',
    replace: 'if closed is not null and day < closed then',
    project: 'server',
    caughtBy: [closingTest, undoTest, linesTest],
  },
  {
    name: 'books are closed on other figures than those looked at',
    file: `${finance}/close-books.ts`,
    find: 'if (kept!.hash !== input.expectedHash)',
    replace: "if (kept!.hash === '')",
    project: 'server',
    caughtBy: [closingTest],
  },
  {
    name: 'a closing is reopened before a later one',
    file: `${finance}/reopen-books.ts`,
    find: 'if (closing.latest_id !== closing.id)',
    replace: 'if (closing.latest_id === null)',
    project: 'server',
    caughtBy: [closingTest],
  },
  {
    name: 'halves are rounded down (exact path)',
    file: 'packages/money/src/to-money.ts',
    find: "rounding === 'halfUp' && rest * 2n >= divisor",
    replace: "rounding === 'halfUp' && rest * 2n > divisor",
    project: 'unit',
    caughtBy: ['packages/money/src/money.test.ts', ...pricingTests],
  },
  {
    name: 'halves are rounded down (fast path)',
    file: 'packages/money/src/to-money.ts',
    find: "rounding === 'halfUp' && rest >= divisor - rest",
    replace: "rounding === 'halfUp' && rest > divisor - rest",
    project: 'unit',
    caughtBy: ['packages/money/src/money.test.ts', ...pricingTests],
  },
  {
    name: 'the late fee runs on principal that was paid',
    file: 'packages/pricing/src/late-fee.ts',
    find: 'baseFen -= fen;',
    replace: 'baseFen += fen;',
    project: 'unit',
    caughtBy: pricingTests,
  },
  {
    name: 'the late fee counts a day too many',
    file: 'packages/pricing/src/late-fee.ts',
    find: "largestUnit: 'day' }).days + 1;",
    replace: "largestUnit: 'day' }).days + 2;",
    project: 'unit',
    caughtBy: pricingTests,
  },
  {
    name: 'a part of a month is off by a day',
    file: 'packages/pricing/src/charged-time.ts',
    find: 'coveredDays: daysBetween(coveredFrom, coveredTo) }',
    replace: 'coveredDays: daysBetween(coveredFrom, coveredTo) + 1 }',
    project: 'unit',
    caughtBy: pricingTests,
  },
  {
    name: 'what a year used begins anew where its tiers change',
    file: 'packages/pricing/src/tier-history.ts',
    find: 'used.plus(before).toFixed() : before }',
    replace: 'before : before }',
    project: 'unit',
    caughtBy: ['packages/pricing/src/tier-history.test.ts'],
  },
  {
    name: 'what a channel kept is booked with every comparison',
    file: 'apps/server/src/domains/payments/reconcile/book-settlements.ts',
    find: '-fee_fen, -payout_fen from channel_settlement where',
    replace: '0, 0 from channel_settlement where',
    project: 'server',
    caughtBy: [reconcileTest],
  },
  {
    name: 'what a channel kept is booked on the day of its bill, closed or not',
    file: 'apps/server/src/domains/payments/first-open-day.ts',
    find: 'closedUntil === null || day > closedUntil',
    replace: 'closedUntil === null || day <= closedUntil',
    project: 'server',
    caughtBy: [reconcileTest],
  },
  {
    name: 'the data scope lets every community through',
    file: 'apps/server/migrations/0001-platform.sql',
    find: "select coalesce(current_setting('app.community_ids', true), '') = '*' $$;",
    replace: "select coalesce(current_setting('app.community_ids', true), '') <> '' $$;",
    project: 'server',
    caughtBy: [walkTest],
  },
  {
    name: 'row-level security is not forced',
    file: 'apps/server/migrations/0001-platform.sql',
    find: "execute format('alter table %I force row level security', table_name);",
    replace: '',
    project: 'server',
    caughtBy: ['apps/server/test/tidy.test.ts'],
  },
  {
    name: 'rights are not asked for',
    file: 'apps/server/src/platform/http/server.ts',
    find: 'if (!session.permissions.has(access))',
    replace: 'if (false)',
    project: 'server',
    caughtBy: [walkTest],
  },
  {
    name: 'numbers are taken without the counter',
    file: 'apps/server/src/platform/numbers/next-number.ts',
    find: 'do update set last_value = number_counter.last_value + 1',
    replace: 'do update set last_value = number_counter.last_value + 2',
    project: 'server',
    caughtBy: [takeTest, concurrentTest],
  },
  {
    name: 'a task is run by whoever comes',
    file: 'apps/server/src/platform/tasks/run-task.ts',
    find: 'if (rows[0]?.got) await runLocked(',
    replace: 'await runLocked(',
    project: 'server',
    caughtBy: [workersTest],
  },
  {
    name: 'a broken connection goes back to the pool',
    file: 'apps/server/src/platform/tasks/run-task.ts',
    find: 'lock.release(!isSound);',
    replace: 'lock.release();',
    project: 'server',
    caughtBy: [workersTest],
  },
  {
    name: 'a task left behind is not taken up again',
    file: 'apps/server/src/platform/tasks/recover-tasks.ts',
    find: 'if (rows[0]?.free)',
    replace: 'if (!rows[0])',
    project: 'server',
    caughtBy: [workersTest],
  },
  {
    name: 'work goes on in the name of somebody who is disabled',
    file: 'apps/server/migrations/0011-rights.sql',
    find: `and s.id = staff
    and s.disabled_at is null and`,
    replace: 'and s.id = staff and',
    project: 'server',
    caughtBy: [rightsTest],
  },
  {
    name: 'the open session of a disabled person goes on',
    file: 'apps/server/migrations/0069-rights-in-brief.sql',
    find: 'p.id = open_session.staff_id and p.disabled_at is null;',
    replace: 'p.id = open_session.staff_id;',
    project: 'server',
    caughtBy: [rightsTest],
  },
  {
    name: 'raising asks for the right only when it is ordered',
    file: 'apps/server/src/platform/tasks/keep-rights.ts',
    find: 'if (permission) requirePermission(ctx, permission);',
    replace: 'if (permission) ctx.newId();',
    project: 'server',
    caughtBy: [rightsTest],
  },
  {
    name: 'bills of a community are seen by whoever sees one house of it',
    file: 'apps/server/migrations/0011-rights.sql',
    find: "call scope_tenant_table('bill', 'target_id in (select visible_target_ids())');",
    replace: "call scope_tenant_table('bill', 'community_id = any ((select visible_community_ids())::uuid[])');",
    project: 'server',
    caughtBy: ['apps/server/test/scenarios/data-scope.test.ts'],
  },
  {
    name: 'the last administrator goes when two go at once',
    file: 'apps/server/migrations/0023-department-grants.sql',
    find: "perform pg_advisory_xact_lock(hashtextextended('administrators ' || old.company_id, 0));\n  if not has_administrator(old.company_id) then",
    replace: 'if false then',
    project: 'server',
    caughtBy: ['apps/server/src/domains/rights/rights.test.ts'],
  },
  {
    name: 'rights one does not have are given',
    file: 'apps/server/src/domains/rights/own-rights.ts',
    find: 'if (missing.length > 0) throw rightsFail(code',
    replace: 'if (missing.length < 0) throw rightsFail(code',
    project: 'server',
    caughtBy: ['apps/server/src/domains/rights/rights.test.ts'],
  },
  {
    name: 'an export goes on after the scope was narrowed',
    file: 'apps/server/src/platform/tasks/run-task.ts',
    find: 'await rights.check();',
    replace: '',
    project: 'server',
    caughtBy: ['apps/server/test/scenarios/data-scope.test.ts'],
  },
  {
    name: 'ids reach the job queue as BigInt',
    file: 'apps/server/src/platform/database/connection-loss.ts',
    find: '{ ...(query as pg.QueryConfig), types: pg.types };',
    replace: '(query as pg.QueryConfig);',
    project: 'server',
    caughtBy: [
      'apps/server/src/platform/database/connection-loss.test.ts',
      'apps/server/src/platform/jobs/worker.test.ts',
    ],
  },
];
