import { estateFail, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface LockedResident {
  id: string;
  name: string;
  phone: string;
  sex: 'male' | 'female' | null;
  birthday: string | null;
  id_card_sealed: string | null;
  photo: string[];
  documents: string[];
  version: number;
  erased_at: string | null;
}

/** A person, locked for writing. Errors: resource.notFound, resource.changed (another version), resident.erased. */
export async function lockResident(ctx: Context, id: string, version?: number): Promise<LockedResident> {
  const row =
    await ctx.tx.first<LockedResident>(sql`select id, name, phone, sex, birthday, id_card_sealed, photo, documents, version, erased_at
    from resident where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '住户' });
  if (row.erased_at !== null) throw estateFail('resident.erased');
  if (version !== undefined && row.version !== version) throw platformFail('resource.changed', { label: '住户' });
  return row;
}

/** Stays and debts of a person in the whole company, also where the actor may not look. */
export interface ResidentTies {
  allStays: number;
  currentStays: number;
  owedFen: bigint;
  /** Whether the actor sees every stay. */
  isSeenWhole: boolean;
}

export async function tiesOf(ctx: Context, residentId: string): Promise<ResidentTies> {
  const row = await ctx.tx.first<{ all_stays: number; current_stays: number; owed_fen: bigint }>(
    sql`select all_stays, current_stays, owed_fen from resident_ties(${residentId})`,
  );
  const seen = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) from occupancy where company_id = ${ctx.companyId} and resident_id = ${residentId}`,
  );
  return {
    allStays: row!.all_stays,
    currentStays: row!.current_stays,
    owedFen: row!.owed_fen,
    isSeenWhole: Number(seen!.count) === row!.all_stays,
  };
}
