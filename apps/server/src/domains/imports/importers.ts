import { type ImportKindName, isImportKindName } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { bankAgreementImporter } from './bank-agreement.importer.ts';
import { billImporter } from './bill.importer.ts';
import { buildingImporter } from './building.importer.ts';
import { fundOpeningImporter } from './fund-opening.importer.ts';
import { houseImporter } from './house.importer.ts';
import type { AnyImporter } from './importer.ts';
import { invoiceTitleImporter } from './invoice-title.importer.ts';
import { meterReadingImporter } from './meter-reading.importer.ts';
import { depositOpeningImporter, prepaidOpeningImporter } from './opening.importer.ts';
import { residentImporter } from './resident.importer.ts';
import { resourceImporters } from './resource.importer.ts';
import { staffImporter } from './staff.importer.ts';
import { standardBindingImporter } from './standard-binding.importer.ts';
import { asCompanyImports } from './with-custom-fields.ts';

/** Every list that can be imported, without the fields a company adds. */
const importers: Readonly<Record<Exclude<ImportKindName, 'bill' | 'meterReading'>, AnyImporter>> = {
  building: buildingImporter,
  house: houseImporter,
  resident: residentImporter,
  prepaidAccount: prepaidOpeningImporter,
  deposit: depositOpeningImporter,
  fundAccount: fundOpeningImporter,
  invoiceTitle: invoiceTitleImporter,
  bankAgreement: bankAgreementImporter,
  staff: staffImporter,
  standardBinding: standardBindingImporter,
  ...resourceImporters,
};

/** Kinds whose files may hold what is kept nowhere in clear. */
export const kindsWithSecrets: readonly string[] = Object.values(importers)
  .filter(({ columns }) => columns.some((one) => one.isSecret))
  .map(({ kind }) => kind);

/**
 * The importer of a kind as the company has it at this moment: fields of its own are columns too (PLT-8), so every
 * request and every run asks anew. Unknown only when the kind was kept by another release.
 */
export async function importerOf(ctx: Context, kind: string): Promise<AnyImporter> {
  if (!isImportKindName(kind)) throw new Error(`no importer for ${kind}`);
  if (kind === 'bill') return billImporter(ctx);
  if (kind === 'meterReading') return meterReadingImporter(ctx);
  return asCompanyImports(ctx, importers[kind]);
}
