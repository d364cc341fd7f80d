import { type Permission, platformFail } from '@anlin/contract';
import { asStaff } from '../boundary.ts';
import type { Client, Context } from '../context.ts';
import { requirePermission } from '../rights/require-right.ts';
import type { Services } from '../services.ts';

export interface KeptRights {
  /** A transaction as the person; refused when the task's right is gone. */
  transaction<T>(work: (ctx: Context) => Promise<T>, kind?: 'snapshot'): Promise<T>;
  /** Throws task.rightsChanged once a right of the beginning is gone or the data scope is another. */
  check(): Promise<void>;
}

/**
 * Watches the rights of a person while a task runs in their name (PLT-5): taking rights away, or narrowing the scope,
 * works on what is already running.
 */
export function keepRights(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
  person: { companyId: string; staffId: string; client: Client },
  permission: Permission | null,
): KeptRights {
  let atFirst: { permissions: ReadonlySet<Permission>; scope: string } | undefined;
  const compare = (ctx: Context, scope: string) => {
    if (permission) requirePermission(ctx, permission);
    atFirst ??= { permissions: ctx.permissions, scope };
    const isLess = [...atFirst.permissions].some((one) => !ctx.permissions.has(one));
    if (isLess || atFirst.scope !== scope) throw platformFail('task.rightsChanged');
  };
  const transaction: KeptRights['transaction'] = (work, kind) => {
    const compareFirst = async (ctx: Context, scope: string) => {
      compare(ctx, scope);
      return work(ctx);
    };
    const begin = kind === 'snapshot' ? 'begin isolation level repeatable read read only' : undefined;
    return asStaff(services, person.companyId, person.staffId, compareFirst, person.client, begin);
  };
  return { transaction, check: () => transaction(async () => {}) };
}
