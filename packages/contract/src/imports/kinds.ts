import { chargeItemResource } from '../charging/resources.ts';
import { houseResource, parkingSpaceResource, vehicleResource } from '../estate/resources.ts';
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
}

function importKindOf(definition: ResourceDefinition): ImportKind {
  const { name, path, label, isCommunityScoped, permissions } = definition;
  if (!permissions.import) throw new Error(`${name} names no permission to import`);
  return { name, path, label, permission: permissions.import, isCommunityScoped };
}

/** Everything that can be imported, by kind. A resource joins by one line here and one in the server's list of importers. */
export const importKinds = {
  house: importKindOf(houseResource),
  parkingSpace: importKindOf(parkingSpaceResource),
  vehicle: importKindOf(vehicleResource),
  chargeItem: importKindOf(chargeItemResource),
  staff: importKindOf(staffResource),
  externalContact: importKindOf(externalContactResource),
} as const;

export type ImportKindName = keyof typeof importKinds;

export function isImportKindName(value: string): value is ImportKindName {
  return value in importKinds;
}
