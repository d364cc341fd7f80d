import { type PrintDocument, type PrintType, printTypeOf } from '@anlin/contract';

/** A made-up document of a type: what the designer shows before a real one is chosen. */
export function exampleDocument(type: PrintType, rowCount = 3): PrintDocument {
  const { fields, columns } = printTypeOf(type);
  const examplesOf = (of: typeof fields) =>
    Object.fromEntries(Object.entries(of).map(([key, { example }]) => [key, example]));
  const rows = Array.from({ length: rowCount }, (_, index) => ({
    ...examplesOf(columns),
    ...('sequence' in columns ? { sequence: String(index + 1) } : {}),
  }));
  const totals = Object.fromEntries(
    Object.entries(columns)
      .filter(([, { kind }]) => kind === 'money')
      .map(([key, { example }]) => [key, timesText(example, rowCount)]),
  );
  return { id: 'example', fields: examplesOf(fields), rows, totals, sealImageId: null, logoImageId: null };
}

/** A sum of two decimals, so many times. */
function timesText(sum: string, count: number): string {
  const fen = BigInt(sum.replace('.', '')) * BigInt(count);
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
