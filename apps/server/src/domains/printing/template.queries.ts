import {
  type PrintTemplateContent,
  type PrintTemplateView,
  type PrintType,
  platformFail,
  printFail,
  printTypes,
} from '@anlin/contract';
import { type DefaultTemplate, defaultTemplates } from '@anlin/print-layout/default-templates';
import type { Context } from '../../platform/context.ts';
import { join, type Sql, sql } from '../../platform/database/sql.ts';

export interface TemplateRow {
  id: string;
  type: PrintType;
  name: string;
  community_id: string | null;
  community_name: string | null;
  is_default: boolean;
  version: number;
  updated_at: string;
  updated_by: string;
  content: PrintTemplateContent;
}

const columns = sql`t.id, t.type, t.name, t.community_id, c.name as community_name, t.is_default, t.version, t.updated_at, t.updated_by, t.content
  from print_template t left join community c on c.company_id = t.company_id and c.id = t.community_id`;

function viewRow(row: TemplateRow): PrintTemplateView {
  return {
    ref: row.id,
    isBuiltIn: false,
    type: row.type,
    name: row.name,
    communityId: row.community_id,
    communityName: row.community_name,
    isDefault: row.is_default,
    version: row.version,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    content: row.content,
  };
}

function viewDefault({ key, type, name, content }: DefaultTemplate): PrintTemplateView {
  const own = { communityId: null, communityName: null, isDefault: false, version: 1, updatedAt: null, updatedBy: '' };
  return { ref: key, isBuiltIn: true, type, name, content, ...own };
}

/** Templates a person may print by: of the community, of the company, and those that come with the product, in this order. */
export async function listTemplates(
  ctx: Context,
  query: { type?: PrintType | undefined; communityId?: string | undefined },
): Promise<PrintTemplateView[]> {
  const conditions: Sql[] = [sql`t.company_id = ${ctx.companyId}`];
  if (query.type) conditions.push(sql`t.type = ${query.type}`);
  if (query.communityId) conditions.push(sql`(t.community_id is null or t.community_id = ${query.communityId})`);
  const rows = await ctx.tx.ad<TemplateRow>(sql`select ${columns} where ${join(conditions, ' and ')}
    order by t.type, c.name nulls last, t.is_default desc, t.name`);
  const known = rows.filter((row) => row.type in printTypes);
  return [
    ...known.map(viewRow),
    ...defaultTemplates.filter((one) => query.type === undefined || one.type === query.type).map(viewDefault),
  ];
}

export interface ChosenTemplate {
  name: string;
  content: PrintTemplateContent;
}

/** The template to print by: the one asked for, else the default of the community, of the company, of the product. */
export async function chooseTemplate(
  ctx: Context,
  type: PrintType,
  communityId: string,
  ref: string | undefined,
): Promise<ChosenTemplate> {
  if (ref !== undefined) return findTemplate(ctx, type, ref);
  const row = await ctx.tx.first<TemplateRow>(sql`select ${columns}
    where t.company_id = ${ctx.companyId} and t.type = ${type} and t.is_default
      and (t.community_id = ${communityId} or t.community_id is null)
    order by t.community_id is null limit 1`);
  return row ?? defaultTemplates.find((one) => one.type === type)!;
}

async function findTemplate(ctx: Context, type: PrintType, ref: string): Promise<ChosenTemplate> {
  const builtIn = defaultTemplates.find((one) => one.key === ref);
  const isId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(ref);
  const found = builtIn ?? (isId ? await findTemplateRow(ctx, ref) : undefined);
  if (!found) throw platformFail('reference.notFound', { label: '打印模板' });
  if (found.type !== type) throw printFail('printTemplate.otherType', { type: printTypes[type].label });
  return found;
}

export function findTemplateRow(ctx: Context, id: string): Promise<TemplateRow | undefined> {
  return ctx.tx.first<TemplateRow>(sql`select ${columns} where t.company_id = ${ctx.companyId} and t.id = ${id}`);
}

/** Whoever sees a part of a community prints by its templates and changes none of them. */
export function isChangeable(
  { wholeCommunityIds }: Pick<Context, 'wholeCommunityIds'>,
  { community_id }: Pick<TemplateRow, 'community_id'>,
): boolean {
  return community_id === null || wholeCommunityIds === '*' || wholeCommunityIds.includes(community_id);
}
