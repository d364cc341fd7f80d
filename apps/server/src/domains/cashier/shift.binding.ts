import { communityResource, shiftResource, staffResource } from '@anlin/contract';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, type ResourceBinding } from '../../resource/index.ts';
import { seesAll } from './shift.queries.ts';

/** Shifts that were closed: one's own, with `shift.viewAll` everybody's. */
export const shiftBinding: ResourceBinding = {
  definition: shiftResource,
  targets: defineResources([shiftResource, communityResource, staffResource]),
  seen: (ctx) => (seesAll(ctx) ? sql`true` : sql`t.staff_id = ${ctx.actor.id}`),
};
