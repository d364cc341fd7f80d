export type { OwnershipStep } from './hand-over-house.ts';
export { houseHandover } from './house-handover.ts';
export { ownershipRoutes } from './ownership.routes.ts';
