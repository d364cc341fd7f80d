import { type Field, platformFail, type ResourceDefinition } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, sql } from '../platform/database/sql.ts';
import { checkFiles } from '../platform/files/file-use.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { targetOf } from './binding.ts';

function notFound(field: { label: string }, key: string) {
  const message = `所选的${field.label}不存在，或不在您可查看的范围内，请重新选择`;
  return platformFail('reference.notFound', { label: field.label }, [{ path: key, message }]);
}

/**
 * Every reference must name a row the actor can see, of the same community where both have one.
 * Error: reference.notFound (422) naming the field.
 */
export async function checkReferences(
  ctx: Context,
  binding: ResourceBinding,
  values: Values,
  changed: Values,
  previous: Values | null,
): Promise<void> {
  const { definition, targets } = binding;
  if (definition.isCommunityScoped && 'communityId' in changed) {
    const seen = await ctx.tx.first(
      sql`select 1 from community where company_id = ${ctx.companyId} and id = ${values.communityId}`,
    );
    if (!seen) throw notFound({ label: '小区' }, 'communityId');
  }
  for (const [key, field] of Object.entries(definition.fields)) {
    const value = changed[key];
    if (value === undefined || value === null) continue;
    if (field.kind === 'reference')
      await checkOne(ctx, targetOf(targets, field.to), definition, key, field, value, values);
    if (field.kind === 'references')
      await checkSeveral(ctx, targetOf(targets, field.to), definition, key, field, value as string[], values);
    if (field.kind === 'tags') await checkTags(ctx, key, field, value as string[]);
    if (field.kind === 'files') {
      const kept = (previous?.[key] as string[] | undefined) ?? [];
      await checkFiles(
        ctx,
        { path: field.customFieldId ? `custom.${key}` : key, label: field.label, accept: field.accept },
        value as string[],
        kept,
      );
    }
  }
}

async function checkOne(
  ctx: Context,
  target: ResourceDefinition,
  definition: ResourceDefinition,
  key: string,
  field: Field,
  value: unknown,
  values: Values,
): Promise<void> {
  const isSameCommunity =
    target.isCommunityScoped && definition.isCommunityScoped ? sql` and community_id = ${values.communityId}` : sql``;
  const row = await ctx.tx.first(
    sql`select 1 from ${identifier(target.table)} where company_id = ${ctx.companyId} and id = ${value}${isSameCommunity}`,
  );
  if (!row) throw notFound(field, key);
}

async function checkSeveral(
  ctx: Context,
  target: ResourceDefinition,
  definition: ResourceDefinition,
  key: string,
  field: Field,
  ids: readonly string[],
  values: Values,
): Promise<void> {
  if (ids.length === 0) return;
  const isSameCommunity =
    target.isCommunityScoped && definition.isCommunityScoped ? sql` and community_id = ${values.communityId}` : sql``;
  const row = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) from ${identifier(target.table)} where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[])${isSameCommunity}`,
  );
  if (Number(row!.count) !== new Set(ids).size) throw notFound(field, key);
}

async function checkTags(ctx: Context, key: string, field: Field, tagIds: string[]): Promise<void> {
  if (tagIds.length === 0) return;
  const row = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) from tag where company_id = ${ctx.companyId} and id = any (${tagIds}::uuid[])`,
  );
  if (Number(row!.count) !== new Set(tagIds).size) throw notFound(field, key);
}
