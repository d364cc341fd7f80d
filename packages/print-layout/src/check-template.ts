import {
  type PrintElement,
  type PrintTemplateContent,
  type PrintType,
  printElementKinds,
  printSheet,
  printTypeOf,
} from '@anlin/contract';
import { layoutHeading, layoutTotals, leastRowMm } from './table-rows.ts';

export interface TemplateProblem {
  /** Where: an element's id, `table`, `paper`, `header` or `footer`. */
  place: string;
  /** Chinese sentence: what is wrong and what to do. */
  message: string;
}

const round = (mm: number) => Math.round(mm * 10) / 10;

/** Everything of a template that would not print well. What passes prints nothing outside its paper. */
export function checkTemplate(type: PrintType, content: PrintTemplateContent): TemplateProblem[] {
  return [...checkPaper(content), ...checkAreas(type, content), ...checkTable(type, content)];
}

function innerWidth(content: PrintTemplateContent): number {
  return printSheet(content).widthMm - content.margins.left - content.margins.right;
}

function checkPaper(content: PrintTemplateContent): TemplateProblem[] {
  const { header, footer, margins, table } = content;
  const { heightMm } = printSheet(content);
  const problems: TemplateProblem[] = [];
  if (innerWidth(content) < 20)
    problems.push({ place: 'paper', message: '左右边距之间不足 20 毫米，请减小边距或换更宽的纸' });
  if (heightMm === null) return problems;
  const nothing = {
    id: '',
    fields: { total: '0.00', totalInWords: '零元整' },
    rows: [],
    totals: {},
    sealImageId: null,
    logoImageId: null,
  };
  const ignored = new Set<string>();
  const fixed =
    header.heightMm +
    footer.heightMm +
    (layoutHeading(table, ignored)?.heightMm ?? 0) +
    layoutTotals(table, nothing, ignored).reduce((sum, piece) => sum + piece.heightMm, 0);
  const left = heightMm - margins.top - margins.bottom - fixed;
  // Long totals in capitals may take a second line.
  const wanted = 2 * leastRowMm(table);
  if (left < wanted)
    problems.push({
      place: 'paper',
      message: `页眉、表头、合计和页脚占满了纸张，留给明细的高度只有 ${round(left)} 毫米，至少要 ${round(wanted)} 毫米。请减小各区高度或边距`,
    });
  return problems;
}

function checkAreas(type: PrintType, content: PrintTemplateContent): TemplateProblem[] {
  const width = innerWidth(content);
  const ids = new Set<string>();
  const checkOne = (element: PrintElement, areaName: string, heightMm: number): TemplateProblem[] => {
    const name = elementName(type, element);
    const found: TemplateProblem[] = [];
    const add = (message: string) => found.push({ place: element.id, message: `${areaName}的“${name}”${message}` });
    if (ids.has(element.id)) add('编号重复，请删除后重新添加');
    ids.add(element.id);
    if (element.x + element.width > width + 0.01)
      add(`超出右边界 ${round(element.x + element.width - width)} 毫米，请左移或缩小`);
    if (element.y + element.height > heightMm + 0.01)
      add(`超出区域下边 ${round(element.y + element.height - heightMm)} 毫米，请上移、缩小或加高${areaName}`);
    if (element.kind !== 'line' && (element.width < 1 || element.height < 1)) add('太小，宽高至少 1 毫米');
    if (element.kind === 'line' && element.width < 1 && element.height < 1) add('太短，至少 1 毫米');
    const needsField = element.kind === 'field' || element.kind === 'qr';
    if (needsField && !(element.field in printTypeOf(type).fields)) add('对应的字段不存在，请删除或换一个字段');
    if (element.kind === 'image' && element.imageId === null) add('还没有选择图片');
    return found;
  };
  return [
    ...content.header.elements.flatMap((one) => checkOne(one, '页眉区', content.header.heightMm)),
    ...content.footer.elements.flatMap((one) => checkOne(one, '页脚区', content.footer.heightMm)),
  ];
}

function checkTable(type: PrintType, content: PrintTemplateContent): TemplateProblem[] {
  const { columns, sizePt } = content.table;
  const problems: TemplateProblem[] = [];
  const add = (message: string) => problems.push({ place: 'table', message });
  const sum = columns.reduce((total, column) => total + column.widthMm, 0);
  const width = innerWidth(content);
  if (sum > width + 0.01) add(`表格各列共宽 ${round(sum)} 毫米，超出可打印宽度 ${round(width)} 毫米，请缩小列宽`);
  const known = printTypeOf(type).columns;
  for (const column of columns) {
    const name = column.heading || known[column.field]?.label || column.field;
    if (!(column.field in known)) add(`列“${name}”对应的字段不存在，请删除或换一个字段`);
    if (column.hasTotal && known[column.field]?.kind !== 'money') add(`列“${name}”不是金额，不能合计`);
    if (column.widthMm < sizePt * 0.36 + 2.1) add(`列“${name}”太窄，放不下一个字，请加宽`);
  }
  return problems;
}

/** What an element is called in messages and in the designer. */
export function elementName(type: PrintType, element: Pick<PrintElement, 'kind' | 'field' | 'text'>): string {
  if (element.kind === 'text') return element.text.slice(0, 12) || printElementKinds.text;
  if (element.kind === 'field') return printTypeOf(type).fields[element.field]?.label ?? '字段';
  return printElementKinds[element.kind];
}
