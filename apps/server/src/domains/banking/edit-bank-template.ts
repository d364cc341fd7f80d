import {
  type BankTemplateBody,
  type BankTemplateView,
  bankFail,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  type previewBankTemplate,
  type updateBankTemplate,
} from '@anlin/contract';
import { fen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BankLine, type BankTemplate, shippedTemplates } from './bank-template.ts';
import { decodeText, encodeText } from './encode-text.ts';
import { writeBankFile } from './write-bank-file.ts';

/** A layout as it came over the wire or out of the table, without the keys that were left open. */
export function templateOf(body: BankTemplateBody): BankTemplate {
  return body as BankTemplate;
}

/** Gives a company the layouts that come with the product; those it already has stay as they are. */
export async function addShippedTemplates(ctx: Context): Promise<void> {
  const now = nowText(ctx);
  for (const template of shippedTemplates)
    await ctx.tx.run(sql`insert into bank_template (company_id, id, name, layout, created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${template.name}, ${JSON.stringify(template)}, ${now}, ${now}) on conflict do nothing`);
}

/** Every layout of the company, enabled ones first. */
export async function listTemplates(ctx: Context): Promise<BankTemplateView[]> {
  const rows = await ctx.tx.rows<{ id: string; layout: BankTemplateBody; is_enabled: boolean; version: number }>(sql`
    select id, layout, is_enabled, version from bank_template where company_id = ${ctx.companyId} order by is_enabled desc, name`);
  return rows.map((row) => ({ id: row.id, version: row.version, isEnabled: row.is_enabled, template: row.layout }));
}

/** Adds a layout. Errors: bankTemplate.invalid (422) with what is wrong, bankTemplate.nameTaken (409). */
export async function createTemplate(ctx: Context, template: BankTemplateBody): Promise<string> {
  refuseInvalid(template);
  const id = ctx.newId();
  await refuseNameTaken(ctx, id, template.name);
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into bank_template (company_id, id, name, layout, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${template.name}, ${JSON.stringify(template)}, ${now}, ${now})`);
  await auditTemplate(ctx, 'bankTemplate.create', id, template);
  return id;
}

/** Changes a layout; batches that were made keep theirs. One that running agreements name is not switched off (409). */
export async function updateTemplate(
  ctx: Context,
  id: string,
  { template, isEnabled, version }: EndpointRequest<typeof updateBankTemplate>['body'],
): Promise<void> {
  const stored = await ctx.tx.first<{ name: string; version: number; is_used: boolean }>(sql`
    select t.name, t.version, exists (select from bank_agreement a where a.company_id = t.company_id and a.bank_template_id = t.id
        and (a.ends_on is null or a.ends_on > ${nowText(ctx)}::timestamptz::date)) as is_used
    from bank_template t where t.company_id = ${ctx.companyId} and t.id = ${id} for update`);
  if (!stored) throw platformFail('resource.notFound', { label: '银行模板' });
  if (stored.version !== version) throw platformFail('resource.changed', { label: '银行模板' });
  if (!isEnabled && stored.is_used) throw bankFail('bankTemplate.inUse', { name: stored.name });
  refuseInvalid(template);
  await refuseNameTaken(ctx, id, template.name);
  await ctx.tx.run(sql`update bank_template set name = ${template.name}, layout = ${JSON.stringify(template)}, is_enabled = ${isEnabled},
    version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await auditTemplate(ctx, 'bankTemplate.update', id, template);
}

async function refuseNameTaken(ctx: Context, id: string, name: string): Promise<void> {
  const other = await ctx.tx.first(
    sql`select 1 from bank_template where company_id = ${ctx.companyId} and name = ${name} and id <> ${id}`,
  );
  if (other) throw bankFail('bankTemplate.nameTaken', { name });
}

function auditTemplate(ctx: Context, action: string, id: string, template: BankTemplateBody): Promise<void> {
  const { kind, encoding, amountUnit } = template;
  return recordAudit(ctx, {
    action,
    targetKind: 'bankTemplate',
    targetId: id,
    targetLabel: template.name,
    after: { kind, encoding, amountUnit },
  });
}

function refuseInvalid(template: BankTemplateBody): void {
  const [problem] = templateProblems(templateOf(template));
  if (problem) throw bankFail('bankTemplate.invalid', { problem });
}

/** What is wrong with a layout, in Chinese: what the bank's file or its answer cannot do without. */
export function templateProblems(template: BankTemplate): string[] {
  const problems: string[] = [];
  const lines: [string, BankLine | null][] = [
    ['代扣文件首行', template.file.header],
    ['代扣文件明细行', template.file.detail],
    ['代扣文件末行', template.file.trailer],
    ['结果文件首行', template.result.header],
    ['结果文件明细行', template.result.detail],
    ['结果文件末行', template.result.trailer],
  ];
  const has = (line: BankLine, field: string) => line.some((one) => one.field === field);
  for (const field of ['accountNumber', 'accountName', 'amount', 'reference'] as const)
    if (!has(template.file.detail, field)) problems.push(`代扣文件明细行缺少“${fieldNames[field]}”`);
  for (const field of ['reference', 'amount', 'resultCode'] as const)
    if (!has(template.result.detail, field)) problems.push(`结果文件明细行缺少“${fieldNames[field]}”`);
  if (template.kind === 'separated' && template.separator === '') problems.push('请填写分隔符');
  if (template.kind === 'separated' && !encodeText(template.separator, template.encoding).isOk)
    problems.push('分隔符不在这种编码里');
  for (const [name, line] of lines)
    for (const [index, column] of (line ?? []).entries()) {
      const place = `${name}第 ${index + 1} 栏`;
      if (template.kind === 'fixedWidth' && column.width === undefined) problems.push(`${place}没有填宽度`);
      if (column.field === 'constant' && (column.text ?? '') === '') problems.push(`${place}没有填固定文字`);
    }
  return problems;
}

const fieldNames = {
  accountNumber: '账号',
  accountName: '户名',
  amount: '金额',
  reference: '流水号（我方）',
  resultCode: '结果代码',
} as const;

/** A made-up file of two accounts in the layout, as lines of text. */
export function previewTemplate(body: BankTemplateBody): EndpointReply<typeof previewBankTemplate> {
  const template = templateOf(body);
  const problems = templateProblems(template);
  if (problems.length > 0) return { lines: [], problems };
  const written = writeBankFile(template, {
    batchNumber: 'CH26030101',
    day: '2026-03-01',
    companyAccount: '4402000000000000001',
    purpose: '物业费',
    lines: [
      {
        reference: 'CH26030101-00001',
        accountNumber: '6222020000000001234',
        accountName: '张三',
        amountFen: fen(27_580n),
      },
      {
        reference: 'CH26030101-00002',
        accountNumber: '6222020000000005678',
        accountName: '李四光',
        amountFen: fen(9_905n),
      },
    ],
  });
  if (!written.isOk) return { lines: [], problems: written.unfit.map((one) => one.message) };
  const text = decodeText(written.bytes, template.encoding) ?? '';
  return { lines: text.split(/\r?\n/).filter((line) => line !== ''), problems };
}
