import { approvalRules } from './approval-rules.ts';
import { bankRules } from './bank-rules.ts';
import { billRules } from './bill-rules.ts';
import type { Books } from './books.ts';
import { deskRules } from './desk-rules.ts';
import { holdingRules } from './holding-rules.ts';
import { invoiceRules } from './invoice-rules.ts';
import { officeRules } from './office-rules.ts';
import { isAtOnce, type Operation, type Request } from './operation.ts';
import type { Rule, RulesOf, Scene } from './rule.ts';
import { undoRules } from './undo-rules.ts';

const rules: RulesOf<Exclude<Request['kind'], 'offsetAll'>> = {
  ...approvalRules,
  ...bankRules,
  ...billRules,
  ...deskRules,
  ...undoRules,
  ...holdingRules,
  ...invoiceRules,
  ...officeRules,
};

/**
 * Whether an answer is the one the books demand, and if so writes the command down; otherwise what the model expected. A key
 * that was used is answered as the first time.
 */
export function judge(books: Books, { request, answer }: Operation, scene: Scene): string | null {
  const used = 'key' in request ? books.keys.get(request.key) : undefined;
  if (used) {
    if (!answer.isDone) return `the key was used by ${used.number}: the same answer again`;
    const { id, number = '' } = answer.told;
    return id === used.id && number === used.number ? null : `the key stands for ${used.id} ${used.number}`;
  }
  const absent = absentOf(books, request);
  if (absent !== null) return `${absent} is not there yet`;
  if (request.kind === 'offsetAll') return 'it is looked at house by house';
  const rule = rules[request.kind] as Rule;
  const refusals = rule.refusals(books, request, scene);
  if (!answer.isDone) {
    const allowed = [...refusals, ...(rule.excuses?.(request, scene) ?? [])];
    return allowed.includes(answer.code) ? null : `refusals: ${allowed.join(', ') || 'none'}`;
  }
  if (refusals.length > 0) return `refused: ${refusals.join(', ')}`;
  return rule.apply(books, request, answer.told, scene);
}

/** What a request names and no command of this order has made so far: somebody saw it, so its maker comes first. */
function absentOf(books: Books, request: Request): string | null {
  const named: [string, { get(id: string): unknown }][] = [];
  if ('billId' in request) named.push([request.billId, books.bills]);
  if ('bills' in request)
    named.push(...request.bills.map((one): [string, typeof books.bills] => [one.id, books.bills]));
  if ('receiptId' in request) named.push([request.receiptId, books.receipts]);
  if ('waiver' in request) named.push([request.waiver, books.waivers]);
  if ('holder' in request) named.push([request.holder, books.deposits]);
  if ('approvalId' in request) named.push([request.approvalId, books.waiting]);
  if ('invoiceId' in request) named.push([request.invoiceId, books.invoices]);
  if ('batchId' in request) named.push([request.batchId, books.batches]);
  if (request.kind === 'bookLine' && books.batches.get(request.batchId)?.state === 'ready') return 'the answer';
  if ('closingId' in request) named.push([request.closingId, books.closings]);
  return named.find(([id, table]) => table.get(id) === undefined)?.[0] ?? null;
}

/** Bills behind the ids that commands name. */
export interface BillsOf {
  receipt(id: string): readonly string[];
  batch(id: string): readonly string[];
  approval(id: string): readonly string[];
}

/** Everything an operation needs to be judged, worked out once for a stretch of operations. */
export function scenesOf(
  operations: readonly Operation[],
  fixed: Pick<Scene, 'today' | 'itemIds' | 'lateFees'>,
  billsOf: BillsOf,
): Map<number, Scene> {
  const named = new Map(operations.map((one) => [one.id, billsNamed(one, billsOf)]));
  return new Map(
    operations.map((operation) => {
      const others = operations.filter((one) => one !== operation && isAtOnce(one, operation));
      const touched = new Set(others.flatMap((one) => named.get(one.id)!));
      return [operation.id, { ...fixed, operation, touched, besides: new Set(others.map((one) => one.id)) }];
    }),
  );
}

function billsNamed({ request, answer }: Operation, billsOf: BillsOf): string[] {
  const told = answer.isDone ? answer.told : {};
  const made = [...(told.raised ?? []), ...(told.paid ?? [])].map((one) => one.id);
  if (told.lines) return told.lines.flatMap((line) => line.bills.map((bill) => bill.id));
  if ('batchId' in request) return [...billsOf.batch(request.batchId)];
  if ('approvalId' in request) return [...billsOf.approval(request.approvalId)];
  if ('bills' in request) return request.bills.map((one) => one.id);
  if ('billId' in request) return [request.billId];
  if ('receiptId' in request) return [...billsOf.receipt(request.receiptId)];
  return request.kind === 'oneOff' && told.id !== undefined ? [told.id] : made;
}
