import { Decimal } from '@anlin/money';
import { type Compilation, compileNumber } from './compile-node.ts';
import type { FormulaStep, NumberCode } from './evaluation.ts';
import { type FormulaError, type FormulaFailure, FormulaProblem } from './formula-error.ts';
import { parseFormula } from './parse-formula.ts';

/** Values by name: exact decimals as text or Decimal; null or absent means not known, which is a failure and never 0. */
export type FormulaValues = Readonly<Record<string, string | Decimal | null | undefined>>;

export type FormulaResult = { ok: true; value: Decimal; steps: FormulaStep[] } | { ok: false; failure: FormulaFailure };

export interface CompiledFormula {
  ok: true;
  /** The names the formula mentions, in order of appearance. */
  names: string[];
  /** Places of divisors that could be zero for some values: worth a warning when the formula is saved. */
  possibleZeroDivisors: number[];
  /** Evaluates; never throws for any values. Steps are left out (empty) unless `withSteps`; default true. */
  run(values: FormulaValues, options?: { withSteps?: boolean }): FormulaResult;
}

export type FormulaCompilation = CompiledFormula | { ok: false; errors: FormulaError[] };

const decimalText = /^-?\d{1,30}(?:\.\d{1,30})?$/;
const largestValue = new Decimal('1e24');

/**
 * Checks a formula and makes it runnable. `knownNames` are the only names it may mention. Never throws: errors carry
 * their position in the text. A formula has at most 2,000 characters and 50 levels; it cannot loop or reach anything.
 */
export function compileFormula(text: string, knownNames: Iterable<string>): FormulaCompilation {
  const compilation: Compilation = { knownNames: new Set(knownNames), usedNames: new Set(), possibleZeroDivisors: [] };
  try {
    const code = compileNumber(parseFormula(text), compilation);
    return {
      ok: true,
      names: [...compilation.usedNames],
      possibleZeroDivisors: compilation.possibleZeroDivisors,
      run: (values, options) => run(code, values, options?.withSteps ?? true),
    };
  } catch (problem) {
    if (!(problem instanceof FormulaProblem)) throw problem;
    const { position, code, params } = problem;
    return { ok: false, errors: [{ position, code, params }] };
  }
}

function run(code: NumberCode, values: FormulaValues, withSteps: boolean): FormulaResult {
  const steps: FormulaStep[] | null = withSteps ? [] : null;
  try {
    const value = code({ lookUp: (name, position) => lookUp(values, name, position), steps });
    if (value.abs().greaterThan(largestValue)) throw new FormulaProblem(0, 'outOfRange');
    return { ok: true, value, steps: steps ?? [] };
  } catch (problem) {
    if (!(problem instanceof FormulaProblem)) throw problem;
    const { position, code: failure, params } = problem;
    return { ok: false, failure: { position, code: failure as FormulaFailure['code'], params } };
  }
}

function lookUp(values: FormulaValues, name: string, position: number): Decimal {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === null || value === undefined) throw new FormulaProblem(position, 'missingValue', { name });
  if (typeof value !== 'string') {
    if (value.isFinite()) return value;
  } else if (decimalText.test(value)) return new Decimal(value);
  throw new FormulaProblem(position, 'badValue', { name, value: String(value).slice(0, 60) });
}
