export { fundBindings } from './fund.bindings.ts';
export { fundRoutes } from './fund.routes.ts';
export { fundPaying } from './pay-project.ts';
