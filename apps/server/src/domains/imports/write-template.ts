import { PassThrough, type Readable } from 'node:stream';
import { importKinds } from '@anlin/contract';
import { type OutputSheet, writeSpreadsheet } from '@anlin/spreadsheet';
import type { AnyImporter } from './importer.ts';

/** The .xlsx a person fills in: headings with hints, one example row that the import passes over, and a page of notes. */
export function writeTemplate(importer: AnyImporter): Readable {
  const { label } = importKinds[importer.kind];
  const columns = importer.columns.filter((column) => !column.isLeftOutOfTemplate);
  const data: OutputSheet = {
    name: '数据',
    columns: columns.map((column) => ({
      title: column.isRequired ? `${column.title}*` : column.title,
      kind: 'text',
      note: column.hint.slice(0, 255),
    })),
    rows: [exampleRow(columns)],
  };
  const notes: OutputSheet = {
    name: '填写说明',
    columns: [
      { title: `${label}导入的列`, kind: 'text', width: 20 },
      { title: '必填', kind: 'text' },
      { title: '怎么填', kind: 'text', width: 80 },
    ],
    rows: columns.map((column) => [column.title, column.isRequired ? '必填' : '', column.hint]),
  };
  const content = new PassThrough();
  // A failure destroys the stream, and with it the reply.
  void writeSpreadsheet(content, { sheets: [data, notes] }).catch(() => {});
  return content;
}

/** The first cell says that the row is an example: by that the import knows to pass it over. */
function exampleRow(columns: AnyImporter['columns']): string[] {
  return columns.map(({ example }, index) =>
    index === 0 && !example.startsWith('示例') ? `示例：${example}` : example,
  );
}

/** 房屋导入模板.xlsx */
export function templateName(importer: AnyImporter): string {
  return `${importKinds[importer.kind].label}导入模板.xlsx`;
}
