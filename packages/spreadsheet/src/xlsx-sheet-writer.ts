import { type OutputColumn, outputText } from './output-columns.ts';
import { dateToSerial } from './serial-date.ts';
import { encodeText } from './xlsx-text.ts';

/** Indexes into the cell styles that `STYLES_XML` lists, in its order. */
const STYLE = { plain: 0, header: 1, text: 2, integer: 3, money: 4, date: 5 } as const;

// Text cells carry Excel's text format (49), so that editing a cell that begins with = does not make it a formula.
export const STYLES_XML =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
  '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>' +
  ['49', '1', '4', '164']
    .map((id) => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`)
    .join('') +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

const CELL_CHARS_MAX = 32_767;
const CUT_MARK = '…';
const EXACT_DIGITS_MAX = 15;

/** Turns rows into the XML of one worksheet. */
export interface SheetWriter {
  /** All up to the first data row: the frozen, bold heading is row 1. */
  readonly begin: string;
  /** The XML of a data row; `rowNumber` as Excel counts, so from 2. */
  row(rowNumber: number, values: readonly unknown[]): string;
  readonly end: string;
}

export function createSheetWriter(columns: readonly OutputColumn[]): SheetWriter {
  const letters = columns.map((_, index) => columnLetters(index));
  const headings = columns.map((column, index) => textXml(column.title, `${letters[index]}1`, STYLE.header)).join('');
  const begin =
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>' +
    `<cols>${columns.map(columnXml).join('')}</cols><sheetData><row r="1">${headings}</row>`;
  return {
    begin,
    row(rowNumber, values) {
      if (values.length > columns.length) throw new TypeError(`row ${rowNumber} has more values than columns`);
      let xml = `<row r="${rowNumber}">`;
      for (let index = 0; index < values.length; index += 1) {
        xml += cellXml(values[index], columns[index]!, letters[index]! + rowNumber);
      }
      return `${xml}</row>`;
    },
    end: `</sheetData>${notesXml(columns, letters)}</worksheet>`,
  };
}

function cellXml(value: unknown, column: OutputColumn, reference: string): string {
  const text = outputText(value, column);
  if (text === '') return '';
  switch (column.kind) {
    case 'text':
      return textXml(text, reference, STYLE.text);
    case 'date': {
      const serial = dateToSerial(text);
      return serial === null ? textXml(text, reference, STYLE.text) : numberXml(String(serial), reference, STYLE.date);
    }
    default:
      // A double holds 15 digits for sure; a longer number stays exact as text.
      if (text.length > EXACT_DIGITS_MAX && text.replace(/[-.]/g, '').length > EXACT_DIGITS_MAX) {
        return textXml(text, reference, STYLE.text);
      }
      return numberXml(text, reference, column.kind === 'number' ? STYLE.plain : STYLE[column.kind]);
  }
}

function numberXml(text: string, reference: string, style: number): string {
  return `<c r="${reference}" s="${style}"><v>${text}</v></c>`;
}

function textXml(text: string, reference: string, style: number): string {
  const whole = text.length > CELL_CHARS_MAX ? text.slice(0, CELL_CHARS_MAX - 1) + CUT_MARK : text;
  const space = /^\s|\s$|[\n\t]| {2}/.test(whole) ? ' xml:space="preserve"' : '';
  return `<c r="${reference}" s="${style}" t="inlineStr"><is><t${space}>${encodeText(whole)}</t></is></c>`;
}

const WIDTHS: Readonly<Record<OutputColumn['kind'], number>> = {
  text: 12,
  number: 10,
  money: 12,
  integer: 8,
  date: 12,
};

/** Columns have the format of their kind below the written rows too, for templates that people fill in. */
function columnXml(column: OutputColumn, index: number): string {
  const titleWidth = [...column.title].reduce((width, char) => width + (char > '\u2e7f' ? 2.2 : 1.1), 2);
  const width = Math.min(255, column.width ?? Math.max(WIDTHS[column.kind], Math.round(titleWidth)));
  const style = column.kind === 'number' ? STYLE.plain : STYLE[column.kind];
  return `<col min="${index + 1}" max="${index + 1}" width="${width}" style="${style}" customWidth="1"/>`;
}

const NOTE_CHARS_MAX = 255;
const NOTE_TITLE_CHARS_MAX = 32;

/** Notes are input messages: they show while a person types in the column, and need no drawing parts. */
function notesXml(columns: readonly OutputColumn[], letters: readonly string[]): string {
  const notes = columns.flatMap(({ title, note }, index) => {
    if (!note) return [];
    const heading = encodeText([...title].slice(0, NOTE_TITLE_CHARS_MAX).join(''));
    const text = encodeText(note.slice(0, NOTE_CHARS_MAX));
    const cells = `${letters[index]}1:${letters[index]}1048576`;
    return `<dataValidation allowBlank="1" showInputMessage="1" sqref="${cells}" promptTitle="${heading}" prompt="${text}"/>`;
  });
  return notes.length === 0 ? '' : `<dataValidations count="${notes.length}">${notes.join('')}</dataValidations>`;
}

/** 0 → A, 25 → Z, 26 → AA. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
