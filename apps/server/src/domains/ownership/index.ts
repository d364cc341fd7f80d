export { findHandovers, readHandoverSlips } from './handover-slip.queries.ts';
export { houseHandover } from './house-handover.ts';
export { ownershipRoutes } from './ownership.routes.ts';
