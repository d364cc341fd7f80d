export {
  type CompiledFormula,
  compileFormula,
  type FormulaCompilation,
  type FormulaResult,
  type FormulaValues,
} from './compile-formula.ts';
export type { FormulaStep } from './evaluation.ts';
export type { FormulaError, FormulaErrorCode, FormulaFailure, FormulaFailureCode } from './formula-error.ts';
export { deepestFormula, longestFormula } from './parse-formula.ts';
