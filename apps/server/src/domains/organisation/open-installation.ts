import {
  communityResource,
  createSchema,
  type EndpointRequest,
  type openInstallation as openInstallationEndpoint,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { isStrongPassword } from '../../platform/auth/password.ts';
import { lockCompanies, openCompany } from '../../platform/company/open-company.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Services } from '../../platform/services.ts';
import { createRow } from '../../resource/index.ts';
import { communityBinding } from '../estate/index.ts';
import { checkSetupCode } from './setup-code.ts';

type Opening = EndpointRequest<typeof openInstallationEndpoint>['body'];

/**
 * Opens the first company of an empty installation with its first community and its administrator, all in one
 * transaction; of several at once one wins. Errors: setup.codeWrong (403), setup.done (409), password.weak (422).
 */
export async function openInstallation(
  services: Services,
  { code, company, community, administrator }: Opening,
  fill: (ctx: Context) => Promise<void>,
  origin: Context['origin'],
): Promise<void> {
  if (!isStrongPassword(administrator.password)) {
    const message = '密码至少 8 位，须同时含字母和数字';
    throw platformFail('password.weak', {}, [{ path: 'administrator.password', message }]);
  }
  await inTransaction(services.pool, async (tx) => {
    await lockCompanies(tx);
    await checkSetupCode(tx, code);
    const opening = { company, administrator: { ...administrator, mustChangePassword: false }, fill };
    const ctx = await openCompany(tx, services, opening, origin);
    await createRow(ctx, communityBinding, createSchema(communityResource).parse({ ...community, sortOrder: 10 }));
    await recordAudit(ctx, {
      action: 'company.create',
      targetKind: 'company',
      targetId: ctx.companyId,
      targetLabel: company.name,
    });
    await tx.run(sql`delete from setup_code where id = 1`);
  });
}
