import type { Decimal } from '@anlin/money';

/** One thing the evaluation did, in figures: `98.5 × 2.8` gave `275.8`. */
export interface FormulaStep {
  position: number;
  text: string;
  value: string;
}

export interface Evaluation {
  lookUp(name: string, position: number): Decimal;
  /** Null when nobody wants the steps. */
  steps: FormulaStep[] | null;
}

export type NumberCode = (evaluation: Evaluation) => Decimal;
