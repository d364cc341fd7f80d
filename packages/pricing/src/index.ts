export type {
  Calculation,
  CalculationSegment,
  DialCalculation,
  NoBillReason,
  Outcome,
  PricingError,
  PricingErrorCode,
  ShareCalculation,
} from './calculation.ts';
export { compileStandard, type PriceBill, type StandardCompilation } from './compile-standard.ts';
export { explain } from './explain.ts';
export { explainLateFee, explainLateFeeRule, type LateFeeTerms } from './explain-late-fee.ts';
export {
  type LateFee,
  type LateFeeCalculation,
  type LateFeeErrorCode,
  type LateFeeInput,
  type LateFeeOutcome,
  type LateFeeSegment,
  lateFee,
  type PrincipalPayment,
} from './late-fee.ts';
export { type MeterUsageErrorCode, type MeterUsageInput, type MeterUsageOutcome, meterUsage } from './meter-usage.ts';
export {
  type EarlierFormula,
  type EarlierTiers,
  type Method,
  type PricePer,
  type PriceVersion,
  type PricingInput,
  type Proration,
  priceName,
  type QuantitySource,
  type StandardRule,
} from './standard.ts';
export { checkTiers, growsWithHeads, type Tier, type TierRule } from './tiers.ts';
