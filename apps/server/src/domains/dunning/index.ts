export { dunDuePlans } from './dun-due-plans.ts';
export { dunningBindings } from './dunning.bindings.ts';
export { dunningRoutes } from './dunning.routes.ts';
export { letterSources } from './letter.source.ts';
export { smsToDo } from './sms-balance.ts';
export { sendDunningTask } from './start-dunning.ts';
