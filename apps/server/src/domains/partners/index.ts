export { forgetOver } from './forget-over.ts';
export { pushToDo } from './partner.to-do.ts';
export { partnersRoutes } from './partners.routes.ts';
export { tellEndpoints } from './tell-endpoints.ts';
