import { type PrintDocument, type PrintTemplateContent, printSheet, printTemplateContent } from '@anlin/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from './check-template.ts';
import { defaultTemplates } from './default-templates.ts';
import { exampleDocument } from './example-document.ts';
import { layoutDocument } from './layout-document.ts';
import type { PrintPage, PrintPrimitive } from './primitives.ts';
import { fitText, textMm, wrapText } from './text-lines.ts';

const templateOf = (key: string) => defaultTemplates.find((one) => one.key === key)!;

function boundsOf(one: PrintPrimitive): [number, number, number, number][] {
  switch (one.kind) {
    case 'text':
      return [[one.x, one.baseline - one.sizePt * 0.31, one.x + one.width, one.baseline + one.sizePt * 0.05]];
    case 'line':
      return [[one.x1, one.y1, one.x2, one.y2]];
    case 'fill':
      return one.rectangles.map(([x, y, width, height]) => [x, y, x + width, y + height]);
    default:
      return [[one.x, one.y, one.x + one.width, one.y + one.height]];
  }
}

/** What of a page lies outside its paper. */
function outside(page: PrintPage): PrintPrimitive[] {
  const slack = 0.02;
  return page.primitives.filter((one) =>
    boundsOf(one).some(
      ([left, top, right, bottom]) =>
        left < -slack || top < -slack || right > page.widthMm + slack || bottom > page.heightMm + slack,
    ),
  );
}

const textsOf = (page: PrintPage) => page.primitives.flatMap((one) => (one.kind === 'text' ? [one.text] : []));

function receiptWith(rows: number, more: Record<string, string> = {}): PrintDocument {
  const document = exampleDocument('receipt', rows);
  return {
    ...document,
    fields: { ...document.fields, ...more },
    rows: document.rows.map((row, index) => ({ ...row, item: `#${index}#` })),
  };
}

/** Row marks in the order of pages, from top to bottom. */
const marksOf = (pages: readonly PrintPage[]) =>
  pages.flatMap((page) =>
    textsOf(page)
      .filter((text) => /^#\d+#$/.test(text))
      .map((text) => Number(text.slice(1, -1))),
  );

describe('every template that comes with the product', () => {
  for (const { key, type, content } of defaultTemplates) {
    it(`${key} passes its own check and is stored as it is`, () => {
      expect(checkTemplate(type, content)).toEqual([]);
      expect(printTemplateContent.parse(JSON.parse(JSON.stringify(content)))).toEqual(content);
    });

    it(`${key} prints nothing outside its paper, with long names and thirty rows`, () => {
      const long = '北京市朝阳区建国路甲九十二号世茂大厦东区三号楼二单元'.repeat(3);
      const document = exampleDocument(type, 30);
      const fields = Object.fromEntries(
        Object.keys(document.fields).map((field) => [field, field === 'total' ? '9999999999.99' : long]),
      );
      const { pages } = layoutDocument(type, content, {
        ...document,
        fields,
        rows: document.rows.map((row) => ({ ...row, item: long, period: long })),
        sealImageId: 'seal',
        logoImageId: null,
      });
      expect(pages.flatMap(outside)).toEqual([]);
    });
  }
});

describe('rows of a document', () => {
  it('are each printed once and in order, totals on the last page, whatever paper and however many', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...defaultTemplates.filter((one) => one.type === 'receipt')),
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.string({ maxLength: 200, unit: 'grapheme' }), { maxLength: 10 }),
        ({ content }, count, rowsPerPage, sentences) => {
          const document = receiptWith(count, { totalInWords: '壹佰元整', total: '100.00' });
          document.rows.forEach((row, index) => {
            row.sentence = (sentences[index % Math.max(1, sentences.length)] ?? '').replaceAll('#', '');
          });
          const { pages } = layoutDocument('receipt', { ...content, rowsPerPage }, document);
          expect(marksOf(pages)).toEqual(Array.from({ length: count }, (_, index) => index));
          expect(pages.flatMap(outside)).toEqual([]);
          const withTotal = pages.map((page) => textsOf(page).some((text) => text.includes('壹佰元整')));
          expect(withTotal).toEqual(pages.map((_, index) => index === pages.length - 1));
          if (rowsPerPage > 0) expect(pages.every((page) => marksOf([page]).length <= rowsPerPage)).toBe(true);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('never leaves the totals alone on a page', () => {
    for (let count = 1; count <= 60; count += 1) {
      const { pages } = layoutDocument('receipt', templateOf('receipt-241x93').content, receiptWith(count));
      expect(marksOf([pages.at(-1)!]).length).toBeGreaterThan(0);
    }
  });

  it('that are taller than a page go on over several, with nothing lost', () => {
    const story = Array.from({ length: 900 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const document = receiptWith(1);
    document.rows[0]!.sentence = story;
    const { pages } = layoutDocument('receipt', templateOf('receipt-241x93').content, document);
    expect(pages.length).toBeGreaterThan(1);
    const printed = pages.flatMap((page) => textsOf(page)).join('');
    expect([...story].filter((one) => !printed.includes(one))).toEqual([]);
    expect(pages.flatMap(outside)).toEqual([]);
  });

  it('of forty bills fill two A4 pages, each with its head and its page number', () => {
    const { pages } = layoutDocument('receipt', templateOf('receipt-a4').content, receiptWith(40));
    expect(pages).toHaveLength(2);
    expect(textsOf(pages[0]!)).toContain('第 1 页，共 2 页');
    expect(textsOf(pages[1]!)).toContain('收款收据');
  });
});

describe('a roll', () => {
  it('is as long as what is printed on it', () => {
    const { content } = templateOf('receipt-roll80');
    const heights = [1, 5, 30].map((rows) => layoutDocument('receipt', content, receiptWith(rows)).pages[0]!.heightMm);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(heights[2]! - heights[0]!).toBeGreaterThan(100);
  });
});

describe('text', () => {
  it('is broken so that every line fits and nothing is lost, whatever the words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'grapheme' }), fc.integer({ min: 8, max: 120 }), (text, width) => {
        const lines = wrapText(text.replace(/\s+/g, ' '), width, 9, false);
        for (const line of lines)
          if ([...line].length > 1) expect(textMm(line, 9, false)).toBeLessThanOrEqual(width + 0.001);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replace(/\s+/g, ''));
      }),
    );
  });

  it('does not begin a line with a comma and keeps a number whole', () => {
    const lines = wrapText('合计金额为 1,234,567.89 元，其中违约金，另行计算。', 30, 9, false);
    expect(lines.every((line) => !/^[，。]/.test(line))).toBe(true);
    expect(lines.some((line) => line.includes('1,234,567.89'))).toBe(true);
  });

  it('that is too much for its box is set smaller, and cut only then', () => {
    expect(fitText('短', { widthMm: 20, heightMm: 5 }, 10, false)).toEqual({ lines: ['短'], sizePt: 10, isCut: false });
    expect(fitText('长'.repeat(7), { widthMm: 20, heightMm: 4 }, 10, false)).toMatchObject({
      isCut: false,
      lines: ['长'.repeat(7)],
    });
    expect(fitText('很长'.repeat(50), { widthMm: 20, heightMm: 4 }, 10, false)).toMatchObject({ isCut: true });
  });

  it('of rare names is printed; what no font has is printed as its number and reported', () => {
    const { pages, missing } = layoutDocument(
      'receipt',
      templateOf('receipt-a4').content,
      receiptWith(1, { payerName: '王㛃𠅤喆堃昇Ⅱ', houseName: '𰻞😀\u{200d}' }),
    );
    const texts = pages.flatMap(textsOf);
    expect(texts).toContain('付款人：王㛃𠅤喆堃昇Ⅱ');
    expect(texts.some((text) => text.includes('〔U+1F600〕'))).toBe(true);
    expect(missing).toContain('😀');
  });
});

describe('a template that would not print well is refused in Chinese', () => {
  const { content } = templateOf('receipt-a4');
  const messages = (changed: PrintTemplateContent) => checkTemplate('receipt', changed).map((one) => one.message);
  const [first, ...rest] = content.header.elements;

  it('an element outside the paper or its area', () => {
    const moved = { ...content, header: { ...content.header, elements: [{ ...first!, x: 100, y: 28 }, ...rest] } };
    expect(messages(moved)).toEqual([
      '页眉区的“物业公司”超出右边界 40 毫米，请左移或缩小',
      '页眉区的“物业公司”超出区域下边 5 毫米，请上移、缩小或加高页眉区',
    ]);
  });

  it('areas that leave no room for rows, and columns wider than the paper', () => {
    expect(messages({ ...content, footer: { ...content.footer, heightMm: 230 } })[0]).toContain('留给明细的高度');
    const [one, ...others] = content.table.columns;
    const wide = { ...content.table, columns: [{ ...one!, widthMm: 90 }, ...others] };
    expect(messages({ ...content, table: wide })[0]).toBe('表格各列共宽 232 毫米，超出可打印宽度 180 毫米，请缩小列宽');
  });

  it('unknown fields and sums over what is no money', () => {
    const elements = [{ ...first!, field: 'password' }];
    expect(messages({ ...content, header: { ...content.header, elements } })[0]).toContain('对应的字段不存在');
    const columns = content.table.columns.map((column) => ({ ...column, hasTotal: true }));
    expect(messages({ ...content, table: { ...content.table, columns } })[0]).toBe('列“收费项目”不是金额，不能合计');
  });

  it('huge sizes and thousands of elements are refused before they are laid out', () => {
    const many = { ...content, header: { ...content.header, elements: Array.from({ length: 10_000 }, () => first!) } };
    expect(printTemplateContent.safeParse(many).error?.issues[0]?.message).toBe('每个区域最多放 200 个元素');
    const huge = { ...content, header: { ...content.header, elements: [{ ...first!, sizePt: 5000 }] } };
    expect(printTemplateContent.safeParse(huge).error?.issues[0]?.message).toBe('字号不能超过 72 磅');
    const endless = { ...content, paper: 'own', ownWidthMm: 1e9 };
    expect(printTemplateContent.safeParse(endless).error?.issues[0]?.message).toBe('纸宽不能超过 1000 毫米');
    expect(
      printTemplateContent.safeParse({ ...content, header: { ...content.header, heightMm: Number.POSITIVE_INFINITY } })
        .success,
    ).toBe(false);
  });
});

it('a sheet is turned, continuous paper is not', () => {
  const { content } = templateOf('receipt-a5');
  expect(printSheet(content)).toEqual({ widthMm: 210, heightMm: 148 });
  expect(printSheet({ ...templateOf('receipt-241x93').content, orientation: 'landscape' })).toEqual({
    widthMm: 241,
    heightMm: 93,
  });
});
