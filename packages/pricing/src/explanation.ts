// What a client needs to show why a bill costs what it costs: no formula reader and no `Temporal`.
export type { Calculation, CalculationSegment } from './calculation.ts';
export { explain } from './explain.ts';
export { explainLateFee } from './explain-late-fee.ts';
export type { LateFeeCalculation, LateFeeSegment } from './late-fee.ts';
