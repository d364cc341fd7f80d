import { companyCode, type EndpointReply, householdFail, type residentClientCompany } from '@anlin/contract';
import type { Services } from '../../platform/services.ts';

interface CompanyRow {
  id: string;
  name: string;
  is_demo: boolean;
}

/**
 * The company whose address somebody opened; without a code the only one there is, else the first of a demo.
 * Error: household.companyUnknown.
 */
export async function findCompany(
  { pool }: Pick<Services, 'pool'>,
  code: string | undefined,
): Promise<EndpointReply<typeof residentClientCompany>> {
  const { rows } = await pool.query<CompanyRow>('select id, name, is_demo from company order by created_at, id');
  const isClear = rows.length === 1 || rows.every((row) => row.is_demo);
  const found = code === undefined ? (isClear ? rows[0] : undefined) : rows.find((row) => companyCode(row.id) === code);
  if (!found) throw householdFail('household.companyUnknown');
  return { id: found.id, code: companyCode(found.id), name: found.name, isDemo: found.is_demo };
}
