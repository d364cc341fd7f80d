/** What is to be raised. */
export interface RaisingOrder {
  communityId: string;
  chargeItemIds: readonly string[];
  /** `YYYY-MM`, both included: the periods that begin in these months. */
  monthFrom: string;
  monthTo: string;
  /** Only these targets; left out: all. */
  targetIds?: readonly string[] | undefined;
  raisedHow: 'auto' | 'manual' | 'advance';
  /** Only periods that begin on or before this day shifted by the item's days or months: what raises itself. */
  dueAsOf?: string | undefined;
}
