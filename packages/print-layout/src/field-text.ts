import { type PrintMoneyFormat, type PrintType, printTypeOf } from '@anlin/contract';

/** A sum as the template wants it; anything that is no sum stays as it is. */
export function moneyText(value: string, format: PrintMoneyFormat): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(value);
  if (!match || format === 'plain') return value;
  const [, sign = '', whole = '', rest = ''] = match;
  const grouped = sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + rest;
  return format === 'yuan' ? `￥${grouped}` : grouped;
}

export function fieldText(type: PrintType, field: string, value: string, format: PrintMoneyFormat): string {
  return printTypeOf(type).fields[field]?.kind === 'money' ? moneyText(value, format) : value;
}

export function columnText(type: PrintType, field: string, value: string, format: PrintMoneyFormat): string {
  return printTypeOf(type).columns[field]?.kind === 'money' ? moneyText(value, format) : value;
}
