import { importFail } from '@anlin/contract';
import {
  isSpreadsheetError,
  openSpreadsheet,
  type Row,
  readFirstRows,
  type Spreadsheet,
  type SpreadsheetError,
} from '@anlin/spreadsheet';

/** Rows looked at to find the heading and to show samples. */
const headRows = 30;

const foundNames: Readonly<Record<string, string>> = {
  image: '图片',
  pdf: 'PDF 文档',
  rtf: 'RTF 文档',
  archive: '压缩包',
  binary: '程序或其他文件',
  html: '网页',
  xml: 'XML 文件',
  docx: 'Word 文档',
  pptx: '演示文稿',
  ods: 'ODS 表格',
  zip: '压缩包',
  xls95: 'Excel 95 表格',
  doc: 'Word 文档',
};

const largeParts: Readonly<Record<string, string>> = { file: '文件', sharedText: '文字总量' };

function bytesText(bytes: unknown): string {
  return typeof bytes === 'number' ? `${Math.round(bytes / 1024 / 1024)} MB` : '上限';
}

/** The reader's refusal in the words of the import. */
function refuse(error: SpreadsheetError) {
  const { params } = error;
  switch (error.code) {
    case 'notASpreadsheet':
      return importFail('import.notASpreadsheet', { found: foundNames[String(params.found)] ?? '其他格式' });
    case 'empty':
      return importFail('import.fileEmpty');
    case 'tooLarge':
      return importFail('import.tooLarge', {
        what: largeParts[String(params.what)] ?? '解压后的内容',
        limit: bytesText(params.limitBytes),
      });
    case 'cellTooLong':
      return importFail('import.cellTooLong', { ...params, column: Number(params.column) + 1 });
    default:
      return importFail(`import.${error.code}`, params);
  }
}

/** Runs what reads a stranger's file; its refusals become Chinese. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSpreadsheetError(error) ? refuse(error) : error;
  }
}

/** The first visible sheet that is not a page of instructions, as its index. */
function dataSheet(spreadsheet: Spreadsheet): number {
  const isData = (name: string) => !/说明|须知|字典|选项/.test(name);
  const index = spreadsheet.sheets.findIndex((sheet) => !sheet.isHidden && isData(sheet.name));
  return Math.max(0, index);
}

/** An uploaded file: its first rows, and all of them as a stream. */
export interface Source {
  head: readonly Row[];
  rows(): AsyncGenerator<Row>;
}

/** Opens a file of the store. Throws the refusals of `importErrors` that speak of files. */
export function openSource(path: string): Promise<Source> {
  return guarded(async () => {
    const spreadsheet = await openSpreadsheet({ path });
    const sheet = dataSheet(spreadsheet);
    const head = await readFirstRows(spreadsheet, headRows, sheet);
    if (head.length === 0) throw importFail('import.fileEmpty');
    return { head, rows: () => guardedRows(spreadsheet.rows(sheet)) };
  });
}

async function* guardedRows(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  const iterator = rows[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await guarded(() => iterator.next());
      if (step.done) return;
      yield step.value;
    }
  } finally {
    await iterator.return?.();
  }
}
