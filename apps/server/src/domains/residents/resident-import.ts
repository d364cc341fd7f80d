import type { DuplicatePolicy, OccupancyRole, ResidentProfile } from '@anlin/contract';
import type { NumberedPerson, PersonRow } from './recognise-people.ts';

/** A row of a sheet of residents: a person and the house they live in. Empty cells never wipe out what is there. */
export interface ResidentImportRow
  extends PersonRow,
    Partial<
      Pick<
        ResidentProfile,
        | 'sex'
        | 'birthday'
        | 'ethnicity'
        | 'politics'
        | 'marriage'
        | 'householdType'
        | 'nativePlace'
        | 'employer'
        | 'emergencyName'
        | 'emergencyPhone'
        | 'emergencyRelation'
        | 'wechat'
        | 'email'
        | 'pets'
        | 'note'
      >
    > {
  /** Null or absent: owner. */
  role?: OccupancyRole | null;
  movedInOn?: string | null;
  validUntil?: string | null;
  tags?: readonly string[];
  /** Under which WeCom knows the person. */
  wecomId?: string | null;
}

export type NumberedResident = NumberedPerson<ResidentImportRow>;

export interface ResidentImport {
  communityId: string;
  /** Business day: when people moved in of whom the file does not say. */
  today: string;
  policy: DuplicatePolicy;
}
