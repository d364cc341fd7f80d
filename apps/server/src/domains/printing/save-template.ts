import {
  type createPrintTemplate,
  type EndpointRequest,
  type PrintTemplateContent,
  type PrintType,
  platformFail,
  printFail,
  printTypes,
  type updatePrintTemplate,
} from '@anlin/contract';
import { checkTemplate } from '@anlin/print-layout';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { findTemplateRow, isChangeable, type TemplateRow } from './template.queries.ts';

const label = '打印模板';

/** Adds a template of a community, or of the company (PLT-15). Refuses with 422 what would not print well. */
export async function createTemplate(
  ctx: Context,
  input: EndpointRequest<typeof createPrintTemplate>['body'],
): Promise<string> {
  await refuseForeignCommunity(ctx, input.communityId);
  refuseBadContent(input.type, input.content);
  await refuseBadImages(ctx, input.content);
  await refuseTakenName(ctx, { ...input, exceptId: null });
  const id = ctx.newId();
  const now = nowText(ctx);
  const content = JSON.stringify(input.content);
  await ctx.tx.run(sql`insert into print_template (company_id, id, community_id, type, name, content, created_at, updated_at, updated_by)
    values (${ctx.companyId}, ${id}, ${input.communityId}, ${input.type}, ${input.name}, ${content}, ${now}, ${now}, ${ctx.actor.name})`);
  await keepVersion(ctx, { id, communityId: input.communityId, version: 1, name: input.name, content });
  await note(
    ctx,
    'printTemplate.create',
    { id, name: input.name, community_id: input.communityId },
    { type: input.type },
  );
  return id;
}

/** Saves a template; what it was before stays as a version. 409 when somebody saved it meanwhile. */
export async function updateTemplate(
  ctx: Context,
  id: string,
  input: EndpointRequest<typeof updatePrintTemplate>['body'],
): Promise<number> {
  const row = await lockTemplate(ctx, id);
  if (row.version !== input.version) throw platformFail('resource.changed', { label });
  refuseBadContent(row.type, input.content);
  await refuseBadImages(ctx, input.content);
  await refuseTakenName(ctx, { type: row.type, name: input.name, communityId: row.community_id, exceptId: id });
  const version = row.version + 1;
  const content = JSON.stringify(input.content);
  await ctx.tx.run(sql`update print_template set name = ${input.name}, content = ${content}, version = ${version},
    updated_at = ${nowText(ctx)}, updated_by = ${ctx.actor.name} where company_id = ${ctx.companyId} and id = ${id}`);
  await keepVersion(ctx, { id, communityId: row.community_id, version, name: input.name, content });
  await note(ctx, 'printTemplate.update', row, { version });
  return version;
}

/** Makes it the one that prints where nobody chose, for its type and its community (or the company). */
export async function makeDefaultTemplate(ctx: Context, id: string): Promise<void> {
  const row = await lockTemplate(ctx, id);
  await ctx.tx.run(sql`update print_template set is_default = false where company_id = ${ctx.companyId} and type = ${row.type}
    and community_id is not distinct from ${row.community_id} and is_default and id <> ${id}`);
  await ctx.tx.run(sql`update print_template set is_default = true where company_id = ${ctx.companyId} and id = ${id}`);
  await note(ctx, 'printTemplate.choose', row, {});
}

export async function deleteTemplate(ctx: Context, id: string): Promise<void> {
  const row = await lockTemplate(ctx, id);
  await ctx.tx.run(sql`delete from print_template where company_id = ${ctx.companyId} and id = ${id}`);
  await note(ctx, 'printTemplate.delete', row, {});
}

async function lockTemplate(ctx: Context, id: string): Promise<TemplateRow> {
  await ctx.tx.run(sql`select 1 from print_template where company_id = ${ctx.companyId} and id = ${id} for update`);
  const row = await findTemplateRow(ctx, id);
  if (!row || !isChangeable(ctx, row)) throw platformFail('resource.notFound', { label });
  refuseCompanyWide(ctx, row.community_id);
  return row;
}

/** What holds for every community is changed only by people who see them all. */
function refuseCompanyWide(ctx: Context, communityId: string | null): void {
  if (communityId === null && ctx.communityIds !== '*') throw printFail('printTemplate.companyWide');
}

async function refuseForeignCommunity(ctx: Context, communityId: string | null): Promise<void> {
  refuseCompanyWide(ctx, communityId);
  if (communityId === null) return;
  const found = await ctx.tx.first(
    sql`select 1 from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!found) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '设计打印模板');
}

function refuseBadContent(type: PrintType, content: PrintTemplateContent): void {
  const problems = checkTemplate(type, content);
  if (problems.length > 0)
    throw printFail(
      'printTemplate.invalid',
      { count: problems.length, first: problems[0]!.message },
      problems.slice(0, 50).map(({ place, message }) => ({ path: `content.${place}`, message })),
    );
}

async function refuseBadImages(ctx: Context, content: PrintTemplateContent): Promise<void> {
  const elements = [...content.header.elements, ...content.footer.elements];
  const ids = [...new Set(elements.flatMap(({ imageId }) => imageId ?? []))];
  if (ids.length === 0) return;
  const rows = await ctx.tx.rows(
    sql`select id from print_image where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  if (rows.length < ids.length) throw platformFail('reference.notFound', { label: '图片' });
}

async function refuseTakenName(
  ctx: Context,
  one: { type: PrintType; name: string; communityId: string | null; exceptId: string | null },
): Promise<void> {
  const taken =
    await ctx.tx.first(sql`select 1 from print_template where company_id = ${ctx.companyId} and type = ${one.type}
    and name = ${one.name} and community_id is not distinct from ${one.communityId} and id is distinct from ${one.exceptId}`);
  if (taken) throw printFail('printTemplate.nameTaken', { name: one.name, type: printTypes[one.type].label });
}

async function keepVersion(
  ctx: Context,
  one: { id: string; communityId: string | null; version: number; name: string; content: string },
): Promise<void> {
  await ctx.tx.run(sql`insert into print_template_version
    (company_id, id, community_id, print_template_id, version, name, content, saved_at, saved_by)
    values (${ctx.companyId}, ${ctx.newId()}, ${one.communityId}, ${one.id}, ${one.version}, ${one.name}, ${one.content},
      ${nowText(ctx)}, ${ctx.actor.name})`);
}

function note(
  ctx: Context,
  action: string,
  row: { id: string; name: string; community_id: string | null },
  after: Record<string, unknown>,
): Promise<void> {
  return recordAudit(ctx, {
    action,
    targetKind: 'printTemplate',
    targetId: row.id,
    targetLabel: row.name,
    communityId: row.community_id,
    after,
  });
}
