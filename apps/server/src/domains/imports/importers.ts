import { type ImportKindName, isImportKindName } from '@anlin/contract';
import { houseImporter } from './house.importer.ts';
import type { AnyImporter } from './importer.ts';
import { resourceImporters } from './resource.importer.ts';
import { staffImporter } from './staff.importer.ts';

/** Every list that can be imported. */
export const importers: Readonly<Record<ImportKindName, AnyImporter>> = {
  house: houseImporter,
  staff: staffImporter,
  ...resourceImporters,
};

/** The importer of a kind kept with a task; unknown only when the task is of another release. */
export function importerOf(kind: string): AnyImporter {
  if (!isImportKindName(kind)) throw new Error(`no importer for ${kind}`);
  return importers[kind];
}
