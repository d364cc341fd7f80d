import { parseLooseDate } from '@anlin/calendar';
import { type Field, isListLike } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import {
  type Cell,
  cleanText,
  type DecimalProblem,
  type PhoneProblem,
  parseDecimalText,
  parsePhone,
} from '@anlin/spreadsheet';
import type { Reading } from './importer.ts';

const ok = (value: Extract<Reading, { isOk: true }>['value']): Reading => ({ isOk: true, value });
const wrong = (message: string): Reading => ({ isOk: false, message });

/** What people put where there is nothing: 无, -, /, —. */
export function isBlankMark(text: string): boolean {
  return /^(?:[-—–/\\]+|无)$/.test(text);
}

/**
 * Reads a cell as the field's kind wants it, forgiving what people and Excel do to it (full-width digits, spaces, units,
 * serial dates); otherwise a Chinese sentence that says what to write instead.
 */
export function readCell(field: Field, cell: Cell, extraChoices: ChoiceSynonyms = {}): Reading {
  if (cell.kind === 'error') return wrong(`单元格里是 Excel 的错误值（${cell.text}），请改成实际内容`);
  const text = cleanText(cell.text);
  if (text === '') return field.isRequired ? wrong(`请填写${field.label}`) : emptyOf(field);
  if (!field.isRequired && isBlankMark(text) && field.kind !== 'text' && field.kind !== 'longText')
    return emptyOf(field);
  switch (field.kind) {
    case 'text':
      return readText(field, cell, text);
    case 'longText':
      return withinLength(field, cell.text.trim());
    case 'integer':
      return readInteger(field, text);
    case 'decimal':
      return readDecimal(field, text);
    case 'money':
      return readMoney(field.label, text);
    case 'day':
      return readDay(field.label, cell);
    case 'boolean':
      return readBoolean(field.label, text);
    case 'choice':
      return readChoice(field, text, extraChoices);
    case 'choices':
      return readChoices(field, text, extraChoices);
    case 'phone':
      return readPhone(field.label, text);
    case 'tags':
      return readTags(field.label, text);
    case 'reference':
      return ok(text);
    case 'references':
      return readReferences(field, text);
    case 'instant':
    case 'files':
      return emptyOf(field);
  }
}

/** What an empty cell means: text-like kinds are empty, lists have nothing in them, the rest is unknown. */
function emptyOf(field: Field): Reading {
  if (field.kind === 'text' || field.kind === 'longText' || field.kind === 'phone') return ok('');
  if (isListLike(field)) return ok([]);
  return ok(null);
}

function withinLength(field: { label: string; maxLength: number }, text: string): Reading {
  return text.length > field.maxLength
    ? wrong(`${field.label}最多 ${field.maxLength} 个字，现有 ${text.length} 个，请缩短`)
    : ok(text);
}

/** A house number such as 3-1 that Excel turned into a day is lost for good; better said than taken. */
function readText(field: { label: string; maxLength: number }, cell: Cell, text: string): Reading {
  if (cell.kind === 'date')
    return wrong(`${field.label}被 Excel 变成了日期（${cell.text}），请把这一列设为“文本”格式后重新填写`);
  return withinLength(field, text);
}

function readInteger(field: { label: string; min: number; max: number }, text: string): Reading {
  const bare = text.replace(/(?:层|楼|年|室|厅|卫|个|天|[Ff])$/, '').replace(/^[Bb](?=\d)/, '-');
  const parsed = parseDecimalText(bare);
  if (!parsed.isOk || !/^-?\d+(?:\.0+)?$/.test(parsed.value))
    return wrong(`${field.label}应为整数，如 ${Math.max(1, field.min)}`);
  const value = Number(parsed.value);
  if (value < field.min) return wrong(`${field.label}不能小于 ${field.min}`);
  if (value > field.max) return wrong(`${field.label}不能大于 ${field.max}`);
  return ok(value);
}

const decimalAdvice: Readonly<Record<DecimalProblem, string>> = {
  empty: '不能为空',
  notANumber: '应为数字，如 98.50；请不要写汉字数字',
  badGrouping: '中的逗号位置不对，请写成 1234.50 或 1,234.50',
  tooLong: '的数字太长，请核对',
};

function readDecimal(field: { label: string; scale: number; min: number; max: number }, text: string): Reading {
  const parsed = parseDecimalText(text.replace(/%$/, ''));
  if (!parsed.isOk) return wrong(`${field.label}${decimalAdvice[parsed.reason]}`);
  const decimals = parsed.value.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  if (Number(parsed.value) < field.min) return wrong(`${field.label}不能小于 ${field.min}`);
  if (Number(parsed.value) > field.max) return wrong(`${field.label}不能大于 ${field.max}`);
  if (decimals > field.scale) return wrong(`${field.label}最多 ${field.scale} 位小数，请四舍五入后填写`);
  return ok(parsed.value);
}

/** Yuan to fen, as the whole number's text. */
/** Yuan with two decimals of what a column of money read, which is whole fen as text; null where the cell was empty. */
export function yuanOfCell(value: unknown): string | null {
  return typeof value === 'string' && /^\d+$/.test(value) ? formatYuan(fen(BigInt(value))) : null;
}

function readMoney(label: string, text: string): Reading {
  const parsed = parseDecimalText(text);
  if (!parsed.isOk) return wrong(`${label}${decimalAdvice[parsed.reason]}`);
  const [yuan = '', decimals = ''] = parsed.value.split('.');
  if (yuan.startsWith('-')) return wrong(`${label}不能小于 0`);
  if (yuan.length > 12) return wrong(`${label}的数字太长，请核对`);
  const fenDigits = decimals.replace(/0+$/, '');
  if (fenDigits.length > 2) return wrong(`${label}最多两位小数（到分）`);
  return ok(BigInt(yuan + fenDigits.padEnd(2, '0')).toString());
}

function readDay(label: string, cell: Cell): Reading {
  const parsed = parseLooseDate(cell.date ?? (typeof cell.value === 'number' ? cell.value : cell.text));
  if (parsed.ok && parsed.precision === 'day') return ok(parsed.date.toString());
  if (parsed.ok) return wrong(`${label}只写到月，请写到日，如 2019-06-30`);
  return parsed.reason === 'noSuchDate'
    ? wrong(`没有这一天，请核对${label}`)
    : wrong(`看不懂这个${label}，请写成 2019-06-30 的样子`);
}

const yes = new Set(['是', '有', '对', '√', '✓', 'y', 'yes', 'true', '1']);
const no = new Set(['否', '无', '没有', '不', '×', 'n', 'no', 'false', '0']);

function readBoolean(label: string, text: string): Reading {
  if (yes.has(text.toLowerCase())) return ok(true);
  if (no.has(text.toLowerCase())) return ok(false);
  return wrong(`${label}应填“是”或“否”`);
}

/** Other words for the options of a choice: by option key. */
export type ChoiceSynonyms = Readonly<Record<string, readonly string[]>>;

function findOption(
  options: Readonly<Record<string, string>>,
  text: string,
  synonyms: ChoiceSynonyms,
): string | undefined {
  const wanted = text.replaceAll(' ', '');
  return Object.entries(options).find(
    ([key, label]) => label.replaceAll(' ', '') === wanted || synonyms[key]?.includes(wanted),
  )?.[0];
}

type Choice = { label: string; options: Readonly<Record<string, string>> };

function readChoice(field: Choice, text: string, synonyms: ChoiceSynonyms): Reading {
  const found = findOption(field.options, text, synonyms);
  return found ? ok(found) : wrong(`没有这种${field.label}，可填：${Object.values(field.options).join('、')}`);
}

const separators = /[,，、;；]/;

function readChoices(field: Choice, text: string, synonyms: ChoiceSynonyms): Reading {
  const found = splitList(text).map((part) => findOption(field.options, part, synonyms));
  return found.every((one) => one !== undefined)
    ? ok([...new Set(found)])
    : wrong(`没有这种${field.label}，可填：${Object.values(field.options).join('、')}，多个用逗号隔开`);
}

function splitList(text: string): string[] {
  return text
    .split(separators)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const phoneAdvice: Readonly<Record<PhoneProblem, string>> = {
  empty: '不能为空',
  notDigits: '只能有数字，一格只填一个号码',
  tooShort: '位数不够，手机号应为 11 位，座机须带区号',
  tooLong: '位数太多，手机号应为 11 位，一格只填一个号码',
  unknownPrefix: '应以 1 开头；座机须带区号，如 028-87654321',
};

function readPhone(label: string, text: string): Reading {
  const parsed = parsePhone(text);
  return parsed.isOk ? ok(parsed.value) : wrong(`${label}${phoneAdvice[parsed.reason]}`);
}

function readReferences(field: { label: string; maxRows: number }, text: string): Reading {
  const names = [...new Set(splitList(text))];
  return names.length > field.maxRows ? wrong(`${field.label}最多 ${field.maxRows} 个`) : ok(names);
}

const tagLength = 20;
const tagCount = 50;

function readTags(label: string, text: string): Reading {
  const names = [...new Set(splitList(text))];
  if (names.length > tagCount) return wrong(`${label}最多 ${tagCount} 个`);
  const long = names.find((name) => name.length > tagLength);
  return long ? wrong(`${label}“${long}”太长，最多 ${tagLength} 个字；多个标签请用逗号隔开`) : ok(names);
}
