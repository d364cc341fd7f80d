import { billWaiving, takeRefund } from '../domains/cashier/index.ts';
import { previewInvoice, requestInvoice, settleInvoice } from '../domains/invoicing/index.ts';
import { businessDay, fixedClock } from '../platform/clock.ts';
import { type Context, nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

interface At {
  communityId: string;
  staff: { id: string; name: string };
  /** Instant, after everything else the demo tells. */
  now: string;
  timeZone: string;
}

/** What happened to some bills and receipts afterwards: one bill waived in part, one refunded in part, one receipt invoiced. */
export async function writeAftermath(ctx: Context, at: At): Promise<void> {
  const own: Context = { ...ctx, clock: fixedClock(at.now), actor: { kind: 'staff', ...at.staff } };
  await waiveOne(own, at);
  const [refunded, invoiced] = await newestReceipts(own, at);
  if (refunded) await refundOne(own, at, refunded);
  if (invoiced) await invoiceOne(own, at, invoiced);
}

interface Paid {
  receiptId: string;
  billId: string;
  payerName: string;
}

// Paid by cash for one bill: the plain case.
function newestReceipts(ctx: Context, { communityId }: At): Promise<Paid[]> {
  return ctx.tx.rows<Paid>(sql`
    select r.id as "receiptId", r.payer_name as "payerName", (select a.bill_id from allocation a where a.company_id = r.company_id
      and a.receipt_id = r.id order by a.id limit 1) as "billId"
    from receipt r where r.company_id = ${ctx.companyId} and r.community_id = ${communityId} and r.reversed_at is null
      and r.payer_name <> '' and exists (select from allocation a where a.company_id = r.company_id and a.receipt_id = r.id and a.principal_fen > 10000)
      and exists (select from receipt_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where t.company_id = r.company_id and t.receipt_id = r.id and m.is_cash)
    order by r.received_at desc, r.id desc limit 2`);
}

async function waiveOne(ctx: Context, { communityId }: At): Promise<void> {
  const bill = await ctx.tx.first<{ id: string }>(sql`select id from bill where company_id = ${ctx.companyId}
    and community_id = ${communityId} and outstanding_fen > 10000 and target_kind = 'house' order by period_from, id limit 1`);
  if (!bill) return;
  const lines = [{ billId: bill.id, principal: '50.00', lateFee: '0.00' }];
  await billWaiving.apply(ctx, { lines, reason: '电梯停用 9 天，经业主委员会同意减免' });
}

async function refundOne(ctx: Context, { timeZone }: At, { receiptId, billId }: Paid): Promise<void> {
  const cash = await ctx.tx.first<{ id: string }>(
    sql`select id from payment_method where company_id = ${ctx.companyId} and key = 'cash'`,
  );
  if (!cash) return;
  await takeRefund(ctx, {
    receiptId,
    lines: { bills: [{ billId, principal: '20.00', lateFee: '0.00' }], prepaid: [], deposits: [], incomes: [] },
    tenders: [{ paymentMethodId: cash.id, amount: '20.00', reference: '' }],
    payeeName: '',
    reason: '面积核减，多收部分退回',
    refundedOn: businessDay(ctx.clock, timeZone).toString(),
    afterwards: 'owesAgain',
    idempotencyKey: 'demo-refund-1',
  });
}

/**
 * An invoice as the provider issued it. The seller is switched off afterwards and has no secret: a demo reaches no provider,
 * and whoever wants to try enters an account of theirs.
 */
async function invoiceOne(ctx: Context, { communityId }: At, { receiptId, payerName }: Paid): Promise<void> {
  const sellerId = ctx.newId();
  await ctx.tx.run(sql`
    insert into invoice_seller (company_id, id, community_id, name, tax_number, issuer_name, provider, host, app_key, is_on, created_at, updated_at)
    values (${ctx.companyId}, ${sellerId}, null, '安居物业服务有限公司', '91440300708461136T', '周敏', 'gateway', 'invoice.example.com', 'demo', true,
      ${nowText(ctx)}, ${nowText(ctx)})`);
  const { lines } = await previewInvoice(ctx, { receiptIds: [receiptId], billIds: [] });
  const { id } = await requestInvoice(
    ctx,
    {
      kind: 'normal',
      lines: lines
        .filter((line) => line.suggested !== '0.00')
        .map(({ chargeItemId, suggested }) => ({ receiptId, chargeItemId, amount: suggested })),
      buyer: {
        kind: 'person',
        name: payerName,
        taxNumber: '',
        address: '',
        phone: '',
        bankName: '',
        bankAccount: '',
        email: '',
      },
      note: '',
      idempotencyKey: 'demo-invoice-1',
    },
    { next: 'issue', source: 'staff' },
  );
  const asked = await ctx.tx.first<{ number: string; total: string; tax: string }>(sql`
    select request_number as number, to_char(gross_fen / 100.0, 'FM999999990.00') as total, to_char(tax_fen / 100.0, 'FM999999990.00') as tax
    from invoice where company_id = ${ctx.companyId} and id = ${id}`);
  const { number, total, tax } = asked!;
  const issued = {
    state: 'issued',
    number: '26442000000012345678',
    issuedAt: nowText(ctx),
    total,
    tax,
    pdfUrl: '',
  } as const;
  const settling = await settleInvoice(ctx, id, number, issued);
  if (settling !== 'settled') throw new Error(`the invoice of the demo was not issued: ${settling} in ${communityId}`);
  // There is no document to fetch.
  await ctx.tx.run(sql`update invoice set next_try_at = null where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(
    sql`update invoice_seller set is_on = false where company_id = ${ctx.companyId} and id = ${sellerId}`,
  );
}
