import { z } from 'zod';
import { id } from '../wire.ts';

/** Papers people have, as they lie in the printer: width and height in mm. A roll has no height of its own. */
export const printPapers = {
  a4: { label: 'A4', widthMm: 210, heightMm: 297 },
  a5: { label: 'A5', widthMm: 148, heightMm: 210 },
  '241x93': { label: '连续纸 241×93', widthMm: 241, heightMm: 93 },
  '241x140': { label: '连续纸 241×140', widthMm: 241, heightMm: 140 },
  roll80: { label: '小票 80 毫米', widthMm: 80, heightMm: null },
  own: { label: '自定义', widthMm: 210, heightMm: 297 },
} as const;
export type PrintPaper = keyof typeof printPapers;

/** What a template may hold at most; a page of paper has room for less. */
export const printLimits = { elements: 200, columns: 16, paperMm: 1000, leastPaperMm: 30, textLength: 500 } as const;

const mm = (label: string, least: number, most: number) =>
  z
    .number({ error: `${label}应为数字` })
    .min(least, `${label}不能小于 ${least} 毫米`)
    .max(most, `${label}不能超过 ${most} 毫米`);
const points = (label: string) => z.number().min(5, `${label}不能小于 5 磅`).max(72, `${label}不能超过 72 磅`);
const words = (label: string, most: number = printLimits.textLength) =>
  z.string().max(most, `${label}最多 ${most} 个字`);

export const printAligns = { left: '左', center: '中', right: '右' } as const;
export const printAlign = z.enum(['left', 'center', 'right']);
export type PrintAlign = z.infer<typeof printAlign>;

/** How a sum is written: 1234.50, 1,234.50, ￥1,234.50. */
export const printMoneyFormats = { plain: '1234.50', grouped: '1,234.50', yuan: '￥1,234.50' } as const;
export const printMoneyFormat = z.enum(['plain', 'grouped', 'yuan']);
export type PrintMoneyFormat = z.infer<typeof printMoneyFormat>;

export const printElementKinds = {
  field: '字段',
  text: '文字',
  line: '线条',
  box: '方框',
  image: '图片',
  seal: '公章',
  logo: '公司标志',
  qr: '二维码',
} as const;
export type PrintElementKind = keyof typeof printElementKinds;

/** Something at a place of its own, in mm from the area's top left corner. Which of the rest matters depends on the kind. */
export const printElement = z.strictObject({
  id: z.string().min(1).max(40),
  kind: z.enum(['field', 'text', 'line', 'box', 'image', 'seal', 'logo', 'qr']),
  x: mm('位置', 0, printLimits.paperMm),
  y: mm('位置', 0, printLimits.paperMm),
  width: mm('宽度', 0, printLimits.paperMm),
  height: mm('高度', 0, printLimits.paperMm),
  /** Of a field or a QR code: the name of the type's field. */
  field: z.string().max(60).default(''),
  /** Words before the value, such as `房屋：`. */
  label: words('标题', 60).default(''),
  isLabelShown: z.boolean().default(true),
  /** Of a text. */
  text: words('文字').default(''),
  sizePt: points('字号').default(10),
  isBold: z.boolean().default(false),
  align: printAlign.default('left'),
  moneyFormat: printMoneyFormat.default('grouped'),
  /** A frame around what it says, only where it says something: for marks such as 补打. */
  isFramed: z.boolean().default(false),
  lineMm: z.number().min(0.1, '线宽不能小于 0.1 毫米').max(3, '线宽不能超过 3 毫米').default(0.25),
  /** Of an image. */
  imageId: id.nullable().default(null),
});
export type PrintElement = z.infer<typeof printElement>;

export const printArea = z.strictObject({
  heightMm: mm('区域高度', 0, printLimits.paperMm),
  /** On every page, not only on the first (header) or last (footer). */
  isRepeated: z.boolean(),
  elements: z.array(printElement).max(printLimits.elements, `每个区域最多放 ${printLimits.elements} 个元素`),
});
export type PrintArea = z.infer<typeof printArea>;

export const printColumn = z.strictObject({
  field: z.string().min(1).max(60),
  heading: words('列标题', 40),
  widthMm: mm('列宽', 3, printLimits.paperMm),
  align: printAlign,
  moneyFormat: printMoneyFormat.default('grouped'),
  /** Its sum stands in the total row. */
  hasTotal: z.boolean().default(false),
});
export type PrintColumn = z.infer<typeof printColumn>;

export const printTemplateContent = z.strictObject({
  paper: z.enum(['a4', 'a5', '241x93', '241x140', 'roll80', 'own']),
  orientation: z.enum(['portrait', 'landscape']),
  /** Of one's own paper; `heightMm` null is a roll. */
  ownWidthMm: mm('纸宽', printLimits.leastPaperMm, printLimits.paperMm).default(210),
  ownHeightMm: mm('纸高', printLimits.leastPaperMm, printLimits.paperMm).nullable().default(297),
  margins: z.strictObject({
    top: mm('上边距', 0, 200),
    right: mm('右边距', 0, 200),
    bottom: mm('下边距', 0, 200),
    left: mm('左边距', 0, 200),
  }),
  title: words('标题', 60),
  isTitleShown: z.boolean(),
  /** 0: as many as fit. */
  rowsPerPage: z.number().int().min(0, '每页行数不能为负').max(200, '每页行数不能超过 200'),
  header: printArea,
  table: z.strictObject({
    columns: z
      .array(printColumn)
      .min(1, '表格至少要有一列')
      .max(printLimits.columns, `表格最多 ${printLimits.columns} 列`),
    sizePt: points('表格字号'),
    rowMm: mm('行高', 3, 60),
    hasHeading: z.boolean(),
    hasGrid: z.boolean(),
    hasTotalRow: z.boolean(),
    totalLabel: words('合计行标题', 40),
    /** A line below with the total in capitals (大写). */
    hasWordsRow: z.boolean(),
  }),
  footer: printArea.extend({ isAtBottom: z.boolean() }),
});
export type PrintTemplateContent = z.infer<typeof printTemplateContent>;

/** The sheet in mm as it is printed on; height null for a roll. */
export function printSheet(
  content: Pick<PrintTemplateContent, 'paper' | 'orientation' | 'ownWidthMm' | 'ownHeightMm'>,
): { widthMm: number; heightMm: number | null } {
  const { paper, orientation, ownWidthMm, ownHeightMm } = content;
  const sheet =
    paper === 'own'
      ? { widthMm: ownWidthMm, heightMm: ownHeightMm }
      : (printPapers[paper] as { widthMm: number; heightMm: number | null });
  if (sheet.heightMm === null) return { widthMm: sheet.widthMm, heightMm: null };
  // Continuous paper lies crosswise already; turning is meant for sheets.
  const isTurned = orientation === 'landscape' && (paper === 'a4' || paper === 'a5' || paper === 'own');
  return isTurned
    ? { widthMm: sheet.heightMm, heightMm: sheet.widthMm }
    : { widthMm: sheet.widthMm, heightMm: sheet.heightMm };
}
