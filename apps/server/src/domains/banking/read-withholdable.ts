import {
  bankFail,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  type previewWithholding,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { readPayments } from '../cashier/index.ts';
import { type BillAccount, lateFeeOfBill, listUnpaidBills, lockBills } from '../charging/index.ts';
import type { BankTemplate } from './bank-template.ts';
import { openAccount } from './seal-account.ts';
import { type WithholdingLine, writeBankFile } from './write-bank-file.ts';

export type WithholdingChoice = EndpointRequest<typeof previewWithholding>['body'];

export interface WithheldBill {
  billId: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/** What is to be taken by one agreement; sums in fen as of the day. */
export interface WithheldHouse {
  agreementId: string;
  houseId: string;
  houseName: string;
  accountNumber: string;
  accountName: string;
  bills: WithheldBill[];
  amountFen: Fen;
  /** Its last attempt failed. */
  isRetry: boolean;
}

export interface Withholdable {
  agreementCount: number;
  houses: WithheldHouse[];
  /** Bills left out because another batch is taking them. */
  elsewhereCount: number;
}

export interface BatchPlace {
  communityCode: string;
  today: Temporal.PlainDate;
  template: BankTemplate;
}

/** The community and the bank of a batch. Errors: reference.notFound (422), scope.wholeCommunity (403), bankTemplate.disabled (409). */
export async function readPlace(ctx: Context, choice: WithholdingChoice): Promise<BatchPlace> {
  const community = await ctx.tx.first<{ code: string; time_zone: string }>(
    sql`select code, time_zone from community where company_id = ${ctx.companyId} and id = ${choice.communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, choice.communityId, '银行代扣');
  const bank = await ctx.tx.first<{ name: string; layout: BankTemplate; is_enabled: boolean }>(
    sql`select name, layout, is_enabled from bank_template where company_id = ${ctx.companyId} and id = ${choice.bankTemplateId}`,
  );
  if (!bank) throw platformFail('reference.notFound', { label: '银行模板' });
  if (!bank.is_enabled) throw bankFail('bankTemplate.disabled', { name: bank.name });
  const items = await ctx.tx.rows(
    sql`select id from charge_item where company_id = ${ctx.companyId} and id = any (${choice.chargeItemIds}::uuid[])`,
  );
  if (items.length < new Set(choice.chargeItemIds).size)
    throw platformFail('reference.notFound', { label: '收费项目' });
  return {
    communityCode: community.code,
    today: businessDay(ctx.clock, community.time_zone),
    template: bank.layout,
  };
}

interface AgreementRow {
  id: string;
  house_id: string;
  house_name: string;
  account_sealed: string;
  account_name: string;
  target_ids: string[];
  is_retry: boolean;
}

/**
 * What the agreements of one bank in a community would pay today: unpaid bills of the house and its parking spaces, of the
 * chosen items, up to the month. Bills of a former owner, and those another batch is taking, are left out. With `isLocked`
 * the bills stay locked until the transaction ends.
 */
export async function readWithholdable(
  ctx: Context,
  choice: WithholdingChoice,
  today: string,
  { isLocked = false } = {},
): Promise<Withholdable> {
  const agreements = await readAgreements(ctx, choice, today);
  const unpaid = await listUnpaidBills(
    ctx,
    agreements.flatMap((one) => one.target_ids),
  );
  const isMeant = (bill: BillAccount) =>
    bill.formerOwner === '' &&
    bill.communityId === choice.communityId.toLowerCase() &&
    bill.periodFrom.slice(0, 7) <= choice.monthTo &&
    (choice.chargeItemIds.length === 0 || choice.chargeItemIds.includes(bill.chargeItemId));
  const meant = unpaid.filter(isMeant);
  const free = meant.filter((bill) => bill.withheldIn === '');
  const bills = isLocked ? await lockFree(ctx, free) : free;
  const payments = await readPayments(ctx, bills);
  const byTarget = Map.groupBy(bills, (bill) => bill.targetId);
  const houses = agreements.flatMap((agreement): WithheldHouse[] => {
    const own = agreement.target_ids
      .flatMap((id) => byTarget.get(id) ?? [])
      .map((bill) => ({
        billId: bill.id,
        principalFen: bill.outstandingFen,
        lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], today).dueFen,
      }));
    if (own.length === 0) return [];
    return [
      {
        agreementId: agreement.id,
        houseId: agreement.house_id,
        houseName: agreement.house_name,
        accountNumber: openAccount(ctx, agreement.id, agreement.account_sealed),
        accountName: agreement.account_name,
        bills: own,
        amountFen: sumFen(own.map((one) => addFen(one.principalFen, one.lateFeeFen))),
        isRetry: agreement.is_retry,
      },
    ];
  });
  return { agreementCount: agreements.length, houses, elsewhereCount: meant.length - free.length };
}

async function lockFree(ctx: Context, bills: readonly BillAccount[]): Promise<BillAccount[]> {
  const locked = await lockBills(
    ctx,
    bills.map((bill) => bill.id),
  );
  return locked
    .filter((bill) => bill.withheldIn === '' && bill.outstandingFen > zeroFen && !bill.isVoided)
    .sort((left, right) => (left.periodFrom < right.periodFrom ? -1 : left.periodFrom > right.periodFrom ? 1 : 0));
}

function readAgreements(ctx: Context, choice: WithholdingChoice, today: string): Promise<AgreementRow[]> {
  return ctx.tx.rows<AgreementRow>(sql`
    select a.id, a.house_id, h.full_name as house_name, a.account_sealed, a.account_name,
      array(select t.id from charge_target t where t.company_id = h.company_id and t.house_id = h.id) as target_ids,
      (select l.answer = 'failed' from withholding_line l where l.company_id = a.company_id and l.bank_agreement_id = a.id
        order by l.id desc limit 1) is true as is_retry
    from bank_agreement a join house h on h.company_id = a.company_id and h.id = a.house_id
    where a.company_id = ${ctx.companyId} and a.community_id = ${choice.communityId} and a.bank_template_id = ${choice.bankTemplateId}
      and a.starts_on <= ${today}::date and (a.ends_on is null or a.ends_on > ${today}::date)
    order by h.full_name collate natural_order, a.id`);
}

/** What a batch would be, without making it; reads only (CSH-10). */
export async function previewBatch(
  ctx: Context,
  choice: WithholdingChoice,
): Promise<EndpointReply<typeof previewWithholding>> {
  const place = await readPlace(ctx, choice);
  const { houses, agreementCount, elsewhereCount } = await readWithholdable(ctx, choice, place.today.toString());
  const bills = houses.flatMap((house) => house.bills);
  const principalFen = sumFen(bills.map((bill) => bill.principalFen));
  const lateFeeFen = sumFen(bills.map((bill) => bill.lateFeeFen));
  const file = fileOf(place, { number: 'YL', companyAccount: '', purpose: '' }, houses);
  return {
    agreementCount,
    houseCount: houses.length,
    billCount: bills.length,
    principal: formatYuan(principalFen),
    lateFee: formatYuan(lateFeeFen),
    total: formatYuan(addFen(principalFen, lateFeeFen)),
    retryCount: houses.filter((house) => house.isRetry).length,
    elsewhereCount,
    problems: file.isOk ? [] : file.problems,
  };
}

const mostProblems = 50;

/** Reference of the n-th line of a batch, from 1: unique for ever, as the number of the batch is. */
export function referenceOf(number: string, lineNumber: number): string {
  return `${number}-${String(lineNumber).padStart(5, '0')}`;
}

/** The bank's file of these houses, or what does not fit into it, in Chinese. */
export function fileOf(
  { template, today }: Pick<BatchPlace, 'template' | 'today'>,
  batch: { number: string; companyAccount: string; purpose: string },
  houses: readonly WithheldHouse[],
): { isOk: true; bytes: Buffer } | { isOk: false; problems: string[] } {
  const lines = houses.map(
    (house, index): WithholdingLine => ({
      reference: referenceOf(batch.number, index + 1),
      accountNumber: house.accountNumber,
      accountName: house.accountName,
      amountFen: house.amountFen,
    }),
  );
  const { companyAccount, purpose } = batch;
  const written = writeBankFile(template, {
    batchNumber: batch.number,
    day: today.toString(),
    companyAccount,
    purpose,
    lines,
  });
  if (written.isOk) return written;
  const problems = written.unfit.map(({ line, message }) => {
    const house = houses[line - 1];
    return house ? `${house.houseName}：${message}` : message;
  });
  return { isOk: false, problems: [...new Set(problems)].slice(0, mostProblems) };
}
