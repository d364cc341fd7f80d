import { bankAgreementResource } from '../banking/resources.ts';
import { depositResource, prepaidAccountResource } from '../cashier/holding-resources.ts';
import { billResource, standardBindingResource } from '../charging/list-resources.ts';
import { chargeItemResource } from '../charging/resources.ts';
import { residentResource } from '../estate/resident-resources.ts';
import {
  buildingResource,
  houseResource,
  parkingSpaceResource,
  tagResource,
  vehicleResource,
} from '../estate/resources.ts';
import { fundAccountResource } from '../fund/resources.ts';
import { invoiceTitleResource } from '../invoicing/resources.ts';
import { meterReadingResource, meterResource } from '../metering/resources.ts';
import { externalContactResource, staffResource } from '../organisation/resources.ts';
import type { Permission } from '../platform/permissions.ts';
import type { ResourceDefinition } from '../resource/definition.ts';

/** A list that can be imported (PLT-9). */
export interface ImportKind {
  /** Name of the resource, `house`: the kind kept with an import. */
  name: string;
  /** Segment of the URL: `houses`. */
  path: string;
  label: string;
  permission: Permission;
  /** Whether rows go into one chosen community; otherwise they belong to the company. */
  isCommunityScoped: boolean;
  /** What rows bring with them that a policy may add or replace, in Chinese: 标签、业主. Empty when there is nothing. */
  relations: string;
}

function importKindOf(
  definition: ResourceDefinition,
  relations = '',
  { isCommunityScoped } = { isCommunityScoped: definition.isCommunityScoped },
): ImportKind {
  const { name, path, label, permissions } = definition;
  if (!permissions.import) throw new Error(`${name} names no permission to import`);
  return { name, path, label, permission: permissions.import, isCommunityScoped, relations };
}

/** Everything that can be imported, by kind. A resource joins by one line here and one in the server's list of importers. */
export const importKinds = {
  building: importKindOf(buildingResource),
  house: importKindOf(houseResource, '标签、业主'),
  parkingSpace: importKindOf(parkingSpaceResource, '标签、关联房屋'),
  vehicle: importKindOf(vehicleResource, '标签、关联房屋'),
  // People belong to the company; the houses they live in lie in one community.
  resident: importKindOf(residentResource, '标签、身份', { isCommunityScoped: true }),
  tag: importKindOf(tagResource),
  chargeItem: importKindOf(chargeItemResource),
  standardBinding: importKindOf(standardBindingResource),
  bill: importKindOf(billResource),
  meter: importKindOf(meterResource),
  meterReading: importKindOf(meterReadingResource),
  prepaidAccount: importKindOf(prepaidAccountResource),
  deposit: importKindOf(depositResource),
  fundAccount: importKindOf(fundAccountResource),
  invoiceTitle: importKindOf(invoiceTitleResource),
  bankAgreement: importKindOf(bankAgreementResource),
  staff: importKindOf(staffResource, '部门'),
  externalContact: importKindOf(externalContactResource),
} as const;

export type ImportKindName = keyof typeof importKinds;

export function isImportKindName(value: string): value is ImportKindName {
  return value in importKinds;
}
