import {
  bankAccountResource,
  bankAgreementResource,
  bankTemplateResource,
  communityResource,
  houseResource,
  platformFail,
} from '@anlin/contract';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';
import { houseIdsByPlace } from '../estate/index.ts';

const targets = defineResources(
  [bankAccountResource, bankAgreementResource, bankTemplateResource, communityResource, houseResource],
  { bank_statement: '银行对账单', bank_statement_line: '银行转账', withholding_line: '代扣批次' },
);

export const bankAgreementBinding: ResourceBinding = {
  definition: bankAgreementResource,
  targets,
  search: (ctx, q) =>
    sql`(t.house_id = any (array(${houseIdsByPlace(ctx.companyId, q)})) or t.account_name ilike ${`%${likeText(q)}%`} or t.account_masked = ${`**** ${q}`})`,
};

export const bankAccountBinding: ResourceBinding = {
  definition: bankAccountResource,
  targets,
  /** Statements lie in the scope of their account's community: once there are any, it stays. */
  async prepare(ctx, { id, values, previous }) {
    if (previous === null || previous.onlyCommunityId === values.onlyCommunityId) return {};
    const used = await ctx.tx.first(
      sql`select 1 from bank_statement where company_id = ${ctx.companyId} and bank_account_id = ${id} limit 1`,
    );
    if (used) throw platformFail('resource.inUse', { label: '公司账户', users: '已读取的银行对账单' });
    return {};
  },
};

/** Every resource of banking, for routes and for the export task. */
export const bankingBindings: readonly ResourceBinding[] = [
  bankAgreementBinding,
  bankAccountBinding,
  { definition: bankTemplateResource, targets },
];
