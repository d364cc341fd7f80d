import { chargeTargetKinds, type TargetKind } from '@anlin/contract';

const kinds = Object.keys(chargeTargetKinds) as TargetKind[];

/** Kinds of charge targets to choose from. */
export const targetKindOptions = kinds.map((value) => ({ value, label: chargeTargetKinds[value] }));

/** What some of a kind are counted as: 3 辆车. */
export const targetNouns: Readonly<Record<TargetKind, string>> = {
  house: '套房屋',
  parkingSpace: '个车位',
  vehicle: '辆车',
};

/** The list of a kind; `?id=` opens one. */
export const targetPages = {
  house: '/estate/houses',
  parkingSpace: '/estate/parking-spaces',
  vehicle: '/estate/vehicles',
} as const satisfies Record<TargetKind, string>;

/** The kind an address names; houses where it names none. */
export function readTargetKind(text: string | undefined): TargetKind {
  return kinds.find((kind) => kind === text) ?? 'house';
}
