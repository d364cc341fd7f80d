import type { ToDoSource } from '../../platform/console/to-do.ts';
import { countWaiting } from './decide-application.ts';

/** What of this domain waits for people, for the console. */
export const residentToDos: readonly ToDoSource[] = [
  {
    key: 'moveInApplication',
    label: '入住审核',
    permission: 'resident.review',
    path: '/estate/move-in-applications',
    query: { filter: JSON.stringify({ state: ['waiting'] }) },
    count: (ctx) => countWaiting(ctx, undefined),
  },
];
