/** Courts usually reduce a late fee above this share of the principal a day (万分之五). */
const mostUsualRate = 0.0005;

/** What to tell whoever sets a late-fee rate a day; empty where it is usual. A warning, not a refusal. */
export function lateFeeRateWarning(rate: unknown): string {
  const value = typeof rate === 'string' && rate.trim() !== '' ? Number(rate) : Number.NaN;
  return value > mostUsualRate ? '高于每日万分之五（0.05%），发生纠纷时法院可能酌减。可以保存，请确认合同有约定' : '';
}
