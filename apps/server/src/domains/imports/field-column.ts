import { enteredFields, type Field, type ResourceDefinition } from '@anlin/contract';
import type { Cell } from '@anlin/spreadsheet';
import type { ImportColumn, Reading } from './importer.ts';
import { type ChoiceSynonyms, readCell } from './read-cell.ts';

const examples: Readonly<Partial<Record<Field['kind'], string>>> = {
  integer: '1',
  decimal: '98.50',
  money: '100.00',
  day: '2019-06-30',
  boolean: '是',
  phone: '13800000000',
  tags: '标签一,标签二',
};

function exampleOf(field: Field): string {
  if (field.kind === 'choice' || field.kind === 'choices') return Object.values(field.options)[0] ?? '';
  return examples[field.kind] ?? '';
}

/** One Chinese line for the template and the wizard: what may stand in the column. */
function hintOf(field: Field): string {
  const form = formOf(field);
  return field.help ? `${form}。${field.help}` : form;
}

function formOf(field: Field): string {
  switch (field.kind) {
    case 'text':
    case 'longText':
      return `最多 ${field.maxLength} 个字`;
    case 'integer':
      return '整数';
    case 'decimal':
      return `数字，最多 ${field.scale} 位小数${field.unit ? `，单位${field.unit}` : ''}`;
    case 'money':
      return '金额，元，最多两位小数';
    case 'day':
      return '日期，如 2019-06-30、2019/6/30、2019年6月30日';
    case 'boolean':
      return '是或否';
    case 'choice':
      return `可填：${Object.values(field.options).join('、')}`;
    case 'choices':
      return `可填多个，用逗号隔开：${Object.values(field.options).join('、')}`;
    case 'reference':
      return `${field.label}的名称或编号，须已存在`;
    case 'references':
      return `${field.label}的名称或编号，须已存在，多个用逗号或顿号隔开`;
    case 'phone':
      return '11 位手机号，或带区号的座机号';
    case 'tags':
      return '多个用逗号或顿号隔开，没有的标签会自动新建';
    case 'instant':
    case 'files':
      return '';
  }
}

/** A field of a definition as a column of a file. */
export function fieldColumn(
  key: string,
  field: Field,
  change: Partial<Omit<ImportColumn, 'key' | 'read'>> & { choices?: ChoiceSynonyms } = {},
): ImportColumn {
  const { choices, ...rest } = change;
  const isRequired = rest.isRequired ?? field.isRequired ?? false;
  const asked: Field = { ...field, isRequired };
  return {
    key,
    title: field.label,
    synonyms: field.importTitles ?? [],
    hint: hintOf(field),
    example: exampleOf(field),
    ...rest,
    isRequired,
    read: (cell: Cell): Reading => readCell(asked, cell, choices),
  };
}

/** All fields a person enters, as columns. Files do not travel in a spreadsheet. */
export function fieldColumns(
  definition: ResourceDefinition,
  changes: Readonly<Record<string, Parameters<typeof fieldColumn>[2]>> = {},
): ImportColumn[] {
  return enteredFields(definition)
    .filter(([, field]) => field.kind !== 'files')
    .map(([key, field]) => fieldColumn(key, field, changes[key]));
}
