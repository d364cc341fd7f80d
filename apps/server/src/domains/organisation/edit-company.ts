import { type EndpointRequest, type editCompany as editCompanyEndpoint, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';
import { readCompany } from './company.queries.ts';

type CompanyChange = EndpointRequest<typeof editCompanyEndpoint>['body'];

/** Changes who the company is on everything it prints (PLT-1). Errors: resource.changed (409), reference.notFound, file.typeRefused (422). */
export async function editCompany(ctx: Context, { version, logoFileId, ...facts }: CompanyChange): Promise<void> {
  const company = await readCompany(ctx, true);
  if (company.version !== version) throw platformFail('resource.changed', { label: '公司信息' });
  const logo = logoFileId === null ? [] : [logoFileId];
  await checkFiles(ctx, { path: 'logoFileId', label: '标志', accept: 'image' }, logo, company.logo);
  await useFiles(ctx, { resource: 'company', id: ctx.companyId, communityId: null }, logo);
  await ctx.tx.run(sql`update company set name = ${facts.name}, contact = ${facts.contact}, phone = ${facts.phone}, address = ${facts.address},
    logo = ${logo}::uuid[], version = version + 1, updated_at = ${nowText(ctx)} where id = ${ctx.companyId}`);
  const { name, contact, address } = company;
  await recordAudit(ctx, {
    action: 'company.update',
    targetKind: 'company',
    targetId: ctx.companyId,
    targetLabel: facts.name,
    before: { name, contact, address, hasLogo: company.logo.length > 0 },
    after: { name: facts.name, contact: facts.contact, address: facts.address, hasLogo: logo.length > 0 },
  });
}
