import type { ToDoSource } from '../../platform/console/to-do.ts';
import { countWaitingVehicles } from './decide-vehicle.ts';

/** What of this domain waits for people, for the console. */
export const estateToDos: readonly ToDoSource[] = [
  {
    key: 'vehicleApplication',
    label: '车辆审核',
    permission: 'vehicle.review',
    path: '/estate/vehicle-applications',
    query: { filter: JSON.stringify({ state: ['waiting'] }) },
    count: (ctx) => countWaitingVehicles(ctx, undefined),
  },
];
