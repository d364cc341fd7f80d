export { houseHandover } from './house-handover.ts';
export { ownershipRoutes } from './ownership.routes.ts';
