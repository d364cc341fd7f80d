import { z } from 'zod';

/**
 * What can be charged (CHG-5). A bill, a receipt, a prepaid account, a deposit name one by kind and id. The database says of each what it
 * is called, where it lies and which house pays for it: view `charge_target` (ADR 0062).
 */
export const chargeTargetKinds = { house: '房屋', parkingSpace: '车位', vehicle: '车辆' } as const;

export const targetKind = z.enum(
  Object.keys(chargeTargetKinds) as [keyof typeof chargeTargetKinds, ...(keyof typeof chargeTargetKinds)[]],
);
export type TargetKind = z.infer<typeof targetKind>;

/** 房屋、车位或车辆: where a sentence leaves open which it is. */
export const anyTarget = '房屋、车位或车辆';
