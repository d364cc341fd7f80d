import { type Permission, permissionLabel, platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';

/** Throws permission.denied (403) naming what is missing. For what one endpoint's own permission does not cover. */
export function requirePermission(ctx: Pick<Context, 'permissions'>, permission: Permission): void {
  if (!ctx.permissions.has(permission))
    throw platformFail('permission.denied', { permission: permissionLabel(permission) });
}

/**
 * Throws scope.wholeCommunity (403) unless the whole community lies in the data scope: for documents of a community that
 * no part of it can stand for, such as raising its bills. A community of which nothing is seen is not told apart from
 * one that does not exist; callers find that out first.
 */
export function requireWholeCommunity(
  ctx: Pick<Context, 'wholeCommunityIds'>,
  communityId: string,
  what: string,
): void {
  const { wholeCommunityIds } = ctx;
  if (wholeCommunityIds !== '*' && !wholeCommunityIds.includes(communityId.toLowerCase()))
    throw platformFail('scope.wholeCommunity', { what });
}
