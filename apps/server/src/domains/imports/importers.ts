import { type ImportKindName, isImportKindName } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { buildingImporter } from './building.importer.ts';
import { houseImporter } from './house.importer.ts';
import type { AnyImporter, ImporterSource } from './importer.ts';
import { resourceImporters } from './resource.importer.ts';

/** Every list that can be imported. */
const sources: Readonly<Record<ImportKindName, ImporterSource>> = {
  building: async () => buildingImporter,
  house: async () => houseImporter,
  ...resourceImporters,
};

/** The importer of a kind, as the company has it now. Unknown only when the kind was kept by another release. */
export async function importerOf(ctx: Context, kind: string): Promise<AnyImporter> {
  if (!isImportKindName(kind)) throw new Error(`no importer for ${kind}`);
  return sources[kind](ctx);
}
