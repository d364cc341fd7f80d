import { type EndpointReply, type listPrintTemplateVersions, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { findTemplateRow, isChangeable } from './template.queries.ts';

type Versions = EndpointReply<typeof listPrintTemplateVersions>['rows'];

/** The last fifty versions of a template that were saved, newest first. */
export async function listVersions(ctx: Context, templateId: string): Promise<Versions> {
  const row = await findTemplateRow(ctx, templateId);
  if (!row || !isChangeable(ctx, row)) throw platformFail('resource.notFound', { label: '打印模板' });
  return ctx.tx.rows<Versions[number]>(sql`select version, saved_at as "savedAt", saved_by as "savedBy", name, content
    from print_template_version where company_id = ${ctx.companyId} and print_template_id = ${templateId}
    order by version desc limit 50`);
}
