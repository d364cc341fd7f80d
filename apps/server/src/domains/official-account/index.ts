export { forgetPushes } from './forget-pushes.ts';
export { officialAccountRoutes } from './official-account.routes.ts';
export { syncFollowersTask } from './sync-followers.task.ts';
