export { addFundInterest } from './add-interest.ts';
export { depositFund } from './deposit-fund.ts';
export { fundBindings } from './fund.bindings.ts';
export { fundRoutes } from './fund.routes.ts';
export { type FundOpening, housesWithFund, importFundOpenings } from './import-openings.ts';
export { fundPaying } from './pay-project.ts';
