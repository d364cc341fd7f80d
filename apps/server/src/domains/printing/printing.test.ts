import { readFileSync } from 'node:fs';
import {
  addPrintImage,
  choosePrintTemplate,
  createPrintTemplate,
  deletePrintTemplate,
  editCompany,
  findPrintDocuments,
  getCompany,
  getReceipt,
  listPrintImages,
  listPrintTemplates,
  listPrintTemplateVersions,
  type PrintTemplateContent,
  type PrintType,
  previewPrint,
  printExitSlip,
  printPdf,
  readPrintImage,
  reverseReceipt,
  startPrint,
  takePayment,
  takeRefund,
  updatePrintTemplate,
} from '@anlin/contract';
import { defaultTemplates } from '@anlin/print-layout/default-templates';
import { Transformer } from '@napi-rs/image';
import { extractText } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedTask } from '../../../test/finished-task.ts';
import { pngOf, sendFile } from '../../../test/pictures.ts';
import { Refused, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { businessDay } from '../../platform/clock.ts';
import { sql } from '../../platform/database/sql.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../cashier/cashier.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let admin: TestPerson;
let cashier: TestPerson;

beforeAll(async () => {
  server = await startTestApp();
  desk = await makeDesk(await server.company('安居物业'));
  admin = await desk.company.person('管理员');
  cashier = await desk.company.person('收银员');
  await server.startWorker();
});
afterAll(() => server.stop());

const contentOf = (key: string) => defaultTemplates.find((one) => one.key === key)!.content;

async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Refused)) throw new Error(`not refused: ${String(error)}`);
  return error.problem;
}

let month = 0;
/** A receipt over one bill of 275.80. */
async function takeReceipt(payerName = '崔春涛'): Promise<string> {
  month += 1;
  const text = `20${String(10 + Math.floor(month / 12)).padStart(2, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
  const id = await desk.bill({ amountFen: 27580n, month: text, itemId: desk.waterItemId });
  return (await cashier.call(takePayment, { body: paymentFor(desk, [{ id, toPay: '275.80' }], { payerName }) })).id;
}

/** What a reader of PDFs finds on each page. */
async function pdfPages(fileId: string): Promise<string[]> {
  const content = readFileSync(server.storedPath(desk.company.id, fileId));
  return (await extractText(new Uint8Array(content), { mergePages: false })).text;
}

async function pdfText(fileId: string): Promise<string> {
  return (await pdfPages(fileId)).join('\n');
}

describe('a receipt', () => {
  it('prints first as it is and then as 补打, in the browser and as PDF alike', async () => {
    const id = await takeReceipt();
    const body = { type: 'receipt' as const, id };
    const first = await cashier.call(startPrint, { body });
    expect(first.documents[0]!.fields).toMatchObject({ mark: '', total: '275.80', totalInWords: '贰佰柒拾伍元捌角整' });
    const { fileId } = await cashier.call(printPdf, { body: { type: 'receipt', ids: [id] } });
    const receipt = await cashier.call(getReceipt, { params: { id } });
    expect(receipt.printCount).toBe(2);
    const text = await pdfText(fileId!);
    for (const word of ['补打', receipt.number, '贰佰柒拾伍元捌角整', '￥275.80', '水费', '崔春涛', '安居物业'])
      expect(text).toContain(word);
    await cashier.call(previewPrint, { body });
    expect((await cashier.call(getReceipt, { params: { id } })).printCount).toBe(2);
  });

  it('prints every bill on a slip of its own when asked to: the slips add up to the receipt and it counts once', async () => {
    const bills = await Promise.all(
      [10010n, 5025n].map((amountFen, place) =>
        desk.bill({ amountFen, month: `2009-0${place + 1}`, itemId: desk.waterItemId }),
      ),
    );
    const paid = paymentFor(desk, [
      { id: bills[0]!, toPay: '100.10' },
      { id: bills[1]!, toPay: '50.25' },
    ]);
    const { id, number } = await cashier.call(takePayment, { body: paid });
    const { documents } = await cashier.call(startPrint, { body: { type: 'receipt', id, split: 'bill' } });
    expect(
      documents.map(({ fields, rows }) => [fields.number, fields.total, fields.totalInWords, rows.length]),
    ).toEqual([
      [`${number}（1/2）`, '100.10', '壹佰元壹角整', 1],
      [`${number}（2/2）`, '50.25', '伍拾元贰角伍分', 1],
    ]);
    expect(documents[1]!.fields.note).toContain('本收据共 2 张，合计 150.35 元');
    expect((await cashier.call(getReceipt, { params: { id } })).printCount).toBe(1);
  });

  it('that was reversed is not printed, and the count stays', async () => {
    const id = await takeReceipt();
    await cashier.call(reverseReceipt, { params: { id }, body: { reason: '收错' } });
    expect((await refusal(cashier.call(startPrint, { body: { type: 'receipt', id } }))).code).toBe(
      'receipt.reversedPrint',
    );
    expect((await refusal(cashier.call(printPdf, { body: { type: 'receipt', ids: [id] } }))).code).toBe(
      'receipt.reversedPrint',
    );
    expect((await cashier.call(getReceipt, { params: { id } })).printCount).toBe(0);
  });

  it('shows rare names in the PDF, and the number of what no font has', async () => {
    const id = await takeReceipt('王㛃𠅤喆堃昇😀');
    const { fileId } = await cashier.call(printPdf, { body: { type: 'receipt', ids: [id] } });
    expect(await pdfText(fileId!)).toContain('王㛃𠅤喆堃昇〔U+1F600〕');
  });

  it('asked for by two at once comes out once as the first and once as a reprint', async () => {
    const id = await takeReceipt();
    const both = await Promise.all(
      [cashier, admin].map((person) => person.call(startPrint, { body: { type: 'receipt', id } })),
    );
    expect(both.map((one) => one.documents[0]!.fields.mark).sort()).toEqual(['', '补打']);
  });
});

describe('papers of deposits and prepaid', () => {
  it('say what was taken, given on top, returned and is left, keep counts of their own, and are refused once taken back', async () => {
    const packageId = await desk.company.run(async (ctx) => {
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into prepaid_package (company_id, id, name, price_fen, credit_fen, created_at, updated_at)
        values (${ctx.companyId}, ${id}, '充 960 送 40', 96000, 100000, now(), now())`);
      return id;
    });
    const at = { targetKind: 'house' as const, targetId: desk.houseId };
    const pay = (total: string, lines: object) =>
      cashier.call(takePayment, {
        body: {
          ...paymentFor(desk, []),
          payerName: '崔春涛',
          expectedTotal: total,
          tenders: [{ paymentMethodId: desk.methods.cash, amount: total }],
          ...lines,
        },
      });
    const prepaid = await pay('960.00', { topUps: [{ ...at, chargeItemId: null, amount: '960.00', packageId }] });
    const taken = await pay('2000.00', {
      deposits: [{ chargeItemId: desk.depositItemId, amount: '2000.00', holderName: '崔春涛' }],
    });
    const text = async (type: PrintType, id: string) =>
      pdfText((await cashier.call(printPdf, { body: { type, ids: [id] } })).fileId!);
    const first = await text('prepaidReceipt', prepaid.id);
    expect(first).toContain(prepaid.number);
    expect(first).not.toContain('补打');
    const again = await text('prepaidReceipt', prepaid.id);
    for (const word of ['补打', '通用预存', '960.00', '40.00', '1,000.00', '玖佰陆拾元整', '现金'])
      expect(again).toContain(word);
    // The receipt itself was not printed yet.
    expect((await cashier.call(getReceipt, { params: { id: prepaid.id } })).printCount).toBe(0);
    const receipt = await text('depositReceipt', taken.id);
    for (const word of ['押金收据', taken.number, '装修押金', '崔春涛', '贰仟元整', '退押金时请交回此收据'])
      expect(receipt).toContain(word);
    const deposit = (await admin.call(findPrintDocuments, { query: { type: 'depositReceipt', q: taken.number } }))
      .rows[0]!;
    const refund = await admin.call(takeRefund, {
      body: {
        receiptId: null,
        lines: { deposits: [{ depositId: deposit.id, amount: '1500.00' }] },
        tenders: [{ paymentMethodId: desk.methods.cash, amount: '1500.00' }],
        payeeName: '崔春涛',
        reason: '装修验收，扣清运费 500 元',
        refundedOn: businessDay(server.clock, 'Asia/Shanghai').toString(),
        idempotencyKey: 'deposit-paper-1',
      },
    });
    if ('state' in refund) throw new Error('no approval was asked for');
    const slip = await text('depositRefundSlip', refund.id);
    for (const word of [
      '押金退还单',
      refund.number,
      taken.number,
      '2,000.00',
      '1,500.00',
      '500.00',
      '壹仟伍佰元整',
      '收款人签字',
    ])
      expect(slip).toContain(word);
    const other = await takeReceipt();
    for (const type of ['prepaidReceipt', 'depositReceipt'] as const)
      expect((await refusal(cashier.call(printPdf, { body: { type, ids: [other] } }))).code).toBe('print.nothing');
    await cashier.call(reverseReceipt, { params: { id: prepaid.id }, body: { reason: '收错' } });
    expect((await refusal(cashier.call(printPdf, { body: { type: 'prepaidReceipt', ids: [prepaid.id] } }))).code).toBe(
      'receipt.reversedPrint',
    );
  });
});

describe('many receipts', () => {
  it('become one PDF in the background with every one in it once, reversed ones left out', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) ids.push(await takeReceipt(`付款人${count}`));
    await cashier.call(reverseReceipt, { params: { id: ids[3]! }, body: { reason: '收错' } });
    const { taskId, count } = await admin.call(printPdf, {
      body: { type: 'receipt', ids, templateRef: 'receipt-241x93' },
    });
    expect(count).toBe(12);
    const task = await finishedTask(admin, taskId!);
    expect(task).toMatchObject({ state: 'done', result: { documents: 11, pages: 11, skipped: 1, missing: [] } });
    const pages = await pdfPages(String(task.result!.fileId));
    const numbers = await Promise.all(ids.map(async (id) => (await admin.call(getReceipt, { params: { id } })).number));
    expect(pages.map((page) => numbers.findIndex((number) => page.includes(number)))).toEqual(
      numbers.flatMap((_, index) => (index === 3 ? [] : [index])),
    );
    const printed = await Promise.all(
      ids.map(async (id) => (await admin.call(getReceipt, { params: { id } })).printCount),
    );
    expect(printed).toEqual(ids.map((_, index) => (index === 3 ? 0 : 1)));
  });

  it('are chosen by the filter of their list', async () => {
    await takeReceipt('独一无二');
    const { fileId } = await admin.call(printPdf, { body: { type: 'receipt', filter: { q: '独一无二' } } });
    expect(await pdfText(fileId!)).toContain('独一无二');
    const nothing = await refusal(admin.call(printPdf, { body: { type: 'receipt', filter: { q: '无此人' } } }));
    expect(nothing.detail).toBe('没有可打印的收据，请换个条件或重新勾选');
    const bad = await refusal(admin.call(printPdf, { body: { type: 'receipt', filter: { receivedFrom: '昨天' } } }));
    expect(bad.code).toBe('print.badFilter');
  });
});

describe('a dunning notice', () => {
  it('says what a house owes as of a day, with late fees worked out by hand', async () => {
    // 1000.00 × 0.0005 a day; due 28 January, 15 days of grace.
    const houseId = await desk.house('9-901');
    await desk.bill({ amountFen: 100_000n, month: '2026-01', dueOn: '2026-01-28', targetId: houseId });
    const body = { type: 'dunningNotice' as const, id: houseId, asOf: '2026-03-10' };
    const { documents } = await admin.call(previewPrint, { body });
    const { fields, rows } = documents[0]!;
    expect(rows).toHaveLength(1);
    expect(fields).toMatchObject({ houseName: '9-901', asOf: '2026-03-10', principalTotal: '1000.00', billCount: '1' });
    const sum = (yuan: string | undefined) => Number(yuan);
    expect(sum(fields.lateFeeTotal)).toBeGreaterThan(0);
    expect(sum(fields.total)).toBeCloseTo(1000 + sum(fields.lateFeeTotal), 2);
    const earlier = await admin.call(previewPrint, { body: { ...body, asOf: '2026-01-28' } });
    expect(earlier.documents[0]!.fields).toMatchObject({
      lateFeeTotal: '0.00',
      total: '1000.00',
      totalInWords: '壹仟元整',
    });
    const { fileId } = await admin.call(printPdf, {
      body: { type: 'dunningNotice', ids: [houseId], asOf: '2026-03-10' },
    });
    expect(await pdfText(fileId!)).toContain(fields.totalInWords);
  });

  it('is found by arrears, and a house without any gets none', async () => {
    const houseId = await desk.house('9-902');
    const found = await admin.call(findPrintDocuments, {
      query: { type: 'dunningNotice', communityId: desk.company.communityId },
    });
    expect(found.rows.some((row) => row.id === houseId)).toBe(false);
    expect(found.rows.some((row) => row.label.includes('9-901'))).toBe(true);
    expect((await refusal(admin.call(previewPrint, { body: { type: 'dunningNotice', id: houseId } }))).status).toBe(
      404,
    );
  });
});

describe('an exit slip', () => {
  const body = (houseId: string) => ({
    houseId,
    personName: '崔春涛',
    exitOn: '2026-03-10',
    items: [{ item: '冰箱', quantity: '1 台' }, { item: '餐桌' }],
  });

  it('takes the next number of its community and is noted', async () => {
    const first = await cashier.call(printExitSlip, { body: body(desk.houseId) });
    const second = await cashier.call(printExitSlip, { body: body(desk.houseId) });
    expect([first.number, second.number].map((one) => one.slice(-11))).toEqual(['202603-0001', '202603-0002']);
    expect(first.documents[0]!.rows).toMatchObject([
      { sequence: '1', item: '冰箱' },
      { sequence: '2', item: '餐桌' },
    ]);
    const noted = await desk.company.run((ctx) =>
      ctx.tx.rows(sql`select 1 from audit_entry where company_id = ${ctx.companyId} and action = 'exitSlip.print'`),
    );
    expect(noted).toHaveLength(2);
  });

  it('needs its own right, and a house in sight', async () => {
    const accountant = await desk.company.person('财务');
    expect((await refusal(accountant.call(printExitSlip, { body: body(desk.houseId) }))).code).toBe(
      'permission.denied',
    );
    const stranger = await desk.company.person('管理员', [desk.company.otherCommunityId]);
    expect((await refusal(stranger.call(printExitSlip, { body: body(desk.houseId) }))).status).toBe(422);
  });
});

describe('templates', () => {
  const create = (person: TestPerson, name: string, communityId: string | null, content = contentOf('receipt-a5')) =>
    person.call(createPrintTemplate, { body: { type: 'receipt', communityId, name, content } });

  it('of the community go before those of the company, and both before the built-in one', async () => {
    const id = await takeReceipt();
    const printedBy = async () => (await admin.call(previewPrint, { body: { type: 'receipt', id } })).templateName;
    expect(await printedBy()).toBe('收据 A4');
    const ofCompany = await create(admin, '公司收据', null);
    const ofCommunity = await create(admin, '小区收据', desk.company.communityId);
    await admin.call(choosePrintTemplate, { params: { id: ofCompany.id } });
    expect(await printedBy()).toBe('公司收据');
    await admin.call(choosePrintTemplate, { params: { id: ofCommunity.id } });
    expect(await printedBy()).toBe('小区收据');
    await admin.call(deletePrintTemplate, { params: { id: ofCommunity.id } });
    await admin.call(deletePrintTemplate, { params: { id: ofCompany.id } });
    expect(await printedBy()).toBe('收据 A4');
  });

  it('keep every version; who saves over somebody else is told', async () => {
    const { id } = await create(admin, '有版本的', desk.company.communityId);
    const content = { ...contentOf('receipt-a5'), title: '新标题' };
    await admin.call(updatePrintTemplate, { params: { id }, body: { version: 1, name: '有版本的', content } });
    const late = admin.call(updatePrintTemplate, { params: { id }, body: { version: 1, name: '晚了', content } });
    expect((await refusal(late)).code).toBe('resource.changed');
    const { rows } = await admin.call(listPrintTemplateVersions, { params: { id } });
    expect(rows.map((row) => [row.version, row.content.title])).toEqual([
      [2, '新标题'],
      [1, '收款收据'],
    ]);
    expect((await refusal(create(admin, '有版本的', desk.company.communityId))).code).toBe('printTemplate.nameTaken');
  });

  it('that would not print well, or are hostile, are refused in Chinese and nothing is written', async () => {
    const content = contentOf('receipt-a4');
    const [first] = content.header.elements;
    const withHeader = (elements: PrintTemplateContent['header']['elements']) => ({
      ...content,
      header: { ...content.header, elements },
    });
    const outside = await refusal(create(admin, '坏', null, withHeader([{ ...first!, x: 170 }])));
    expect(outside.detail).toContain('超出右边界');
    const many = await refusal(create(admin, '坏', null, withHeader(Array.from({ length: 2000 }, () => first!))));
    expect(many.detail).toContain('最多放 200 个元素');
    const huge = await refusal(create(admin, '坏', null, withHeader([{ ...first!, sizePt: 1e6 }])));
    expect(huge.detail).toContain('字号不能超过 72 磅');
    const { rows } = await admin.call(listPrintTemplates, { query: { type: 'receipt' } });
    expect(rows.some((row) => row.name === '坏')).toBe(false);
  });

  it('print script as the letters it is made of', async () => {
    const script = '<script>alert(1)</script>';
    const id = await takeReceipt(script);
    const content = contentOf('receipt-a4');
    const elements = [
      { ...content.header.elements[0]!, kind: 'text' as const, text: '</text><svg onload=x>(Tj) ET' },
      ...content.header.elements.slice(1),
    ];
    const template = await create(admin, '脚本', null, { ...content, header: { ...content.header, elements } });
    const { fileId } = await admin.call(printPdf, { body: { type: 'receipt', ids: [id], templateRef: template.id } });
    expect(await pdfText(fileId!)).toContain(script);
    expect(await pdfText(fileId!)).toContain('</text><svg onload=x>(Tj) ET');
  });

  it('are designed by those who may; the company’s own only by those who see all of it', async () => {
    expect((await refusal(create(cashier, '收银员的', desk.company.communityId))).code).toBe('permission.denied');
    const ofOne = await desk.company.person('管理员', [desk.company.communityId]);
    expect((await refusal(create(ofOne, '越权', null))).code).toBe('printTemplate.companyWide');
    await create(ofOne, '自己小区的', desk.company.communityId);
    expect((await refusal(create(ofOne, '别的小区的', desk.company.otherCommunityId))).status).toBe(422);
    const company = await server.company('别家物业');
    const other = await company.person('管理员');
    const { id } = await create(admin, '不给别家', desk.company.communityId);
    const stolen = other.call(updatePrintTemplate, {
      params: { id },
      body: { version: 1, name: '偷', content: contentOf('receipt-a4') },
    });
    expect((await refusal(stolen)).status).toBe(404);
  });
});

describe('a seal', () => {
  async function upload(content: Buffer, name = '公章.png'): Promise<string> {
    const reply = await sendFile(server.app, admin.cookie, { name, content, type: 'image/png' });
    expect(reply.statusCode).toBe(200);
    return reply.json<{ id: string }>().id;
  }
  const add = (fileId: string) =>
    admin.call(addPrintImage, { body: { fileId, communityId: desk.company.communityId, isSeal: true } });

  it('is printed on the papers of its community, the newest one in force', async () => {
    await add(await upload(pngOf(20, 20)));
    const second = await add(await upload(pngOf(30, 30)));
    const { seal } = await admin.call(listPrintImages, { query: { communityId: desk.company.communityId } });
    expect(seal).toMatchObject({ id: second.id, widthPx: 30 });
    const id = await takeReceipt();
    const { documents } = await admin.call(previewPrint, { body: { type: 'receipt', id } });
    expect(documents[0]!.sealImageId).toBe(second.id);
    const { fileId } = await admin.call(printPdf, { body: { type: 'receipt', ids: [id] } });
    expect(readFileSync(server.storedPath(desk.company.id, fileId!), 'latin1')).toContain('/Subtype /Image');
  });

  it('and the logo of the company stand on paper, a logo as WebP too', async () => {
    const photo = await new Transformer(pngOf(60, 40)).webp(80);
    const logoFileId = await upload(photo, '标志.webp');
    const { version, name, contact, phone, address } = await admin.call(getCompany);
    await admin.call(editCompany, { body: { version, name, contact, phone, address, logoFileId } });
    const id = await takeReceipt();
    const { documents } = await admin.call(previewPrint, { body: { type: 'receipt', id } });
    expect(documents[0]!.logoImageId).toBe(logoFileId);
    const images = async () => {
      const { fileId } = await admin.call(printPdf, { body: { type: 'receipt', ids: [id] } });
      return readFileSync(server.storedPath(desk.company.id, fileId!), 'latin1').split('/Subtype /Image').length - 1;
    };
    const withLogo = await images();
    const read = (image: string) =>
      server.app.inject({ url: readPrintImage.path.replace(':id', image), headers: { cookie: admin.cookie } });
    expect((await read(logoFileId)).headers['content-type']).toBe('image/webp');
    await admin.call(editCompany, { body: { version: version + 1, name, contact, phone, address, logoFileId: null } });
    expect((await read(logoFileId)).statusCode).toBe(404);
    expect(withLogo).toBeGreaterThan(await images());
  });

  it('that is no picture, or too large for paper, is refused', async () => {
    expect((await refusal(add(await upload(Buffer.from('房号,业主'))))).detail).toContain('不是 PNG 或 JPEG 文件');
    expect((await refusal(add(await upload(pngOf(2, 9000))))).detail).toContain('像素以内');
  });
});
