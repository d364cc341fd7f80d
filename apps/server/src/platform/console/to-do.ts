import type { Permission } from '@anlin/contract';
import type { Context } from '../context.ts';

/** A kind of work that waits for people. A domain adds its own to the list in `app.ts`. */
export interface ToDoSource {
  key: string;
  /** 入住审核 */
  label: string;
  /** Who is told of it: whoever may do it. */
  permission: Permission | 'signedIn';
  /** Page of the back office where it is done, and what its address says besides. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** How many wait within the actor's data scope. */
  count(ctx: Context): Promise<number>;
}
