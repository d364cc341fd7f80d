import type { ResourceDefinition } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, type Sql } from '../platform/database/sql.ts';
import type { FileOwnerKind } from '../platform/files/file-use.ts';

/** Values of a row by field key, as they go over the wire. */
export type Values = Record<string, unknown>;

/** What references may point at, and what tables are called when they stand in the way of a deletion. */
export interface ResourceTargets {
  byName: ReadonlyMap<string, ResourceDefinition>;
  tableLabels: ReadonlyMap<string, string>;
}

/** One write as `prepare` sees it: the whole row as it will be, and as it was (null when it is new). */
export interface PreparedWrite {
  id: string;
  values: Values;
  previous: Values | null;
}

/** Ties a definition to this server. Routes, list, form checks, export and audit follow from it. */
export interface ResourceBinding {
  definition: ResourceDefinition;
  targets: ResourceTargets;
  /**
   * Runs inside the transaction of every create and update, after references are checked: refuses what the schema
   * cannot, and returns the values of derived columns by key (`{ fullName, searchKey }`). They may come only from fields
   * that are unique or the title: when many rows are edited at once, it runs for its refusals alone.
   */
  prepare?(ctx: Context, write: PreparedWrite): Promise<Values>;
  /** Lists and details hide phones also from those who may see them: each is shown by asking for it, which is audited. */
  isPhoneAsked?: true;
  /** Many rows of a list-only resource may be changed at once, though one is changed by a use case of its own. */
  isBatchEdited?: true;
  /** Condition on alias `t` of what the actor sees, where that is less than the data scope: their own rows, for one. */
  seen?(ctx: Context): Sql;
  /**
   * Fields whose combinations are tallied in `<table>_tally`, beside the community (`call tally_rows_of`, ADR 0068): a list that is
   * narrowed by them alone is not counted row by row.
   */
  tallied?: readonly string[];
  /**
   * Where rows are found, counted and added up, when that is not the definition's table: a view with the same rows and columns that
   * works them out of all rows together, where the table does so row by row. The rows of a page are read from the table.
   */
  searchedIn?: string;
  /** Condition of the search box on alias `t`, in place of "a searched field contains it". */
  search?(ctx: Context, q: string): Sql;
  /**
   * Of choices that are worked out row by row: a condition on alias `t` that all rows with one of the chosen values meet, and that
   * leaves most others out sooner.
   */
  implied?: Readonly<Record<string, (chosen: readonly string[]) => Sql | undefined>>;
  /** What the definition's `idFilters` mean: conditions on alias `t`. */
  idFilters?: Readonly<Record<string, (ctx: Context, ids: readonly string[]) => Sql>>;
}

/**
 * The definitions that references resolve to, by name. `otherTables` gives Chinese names to tables without a
 * definition, for refusals such as "used by 入住记录".
 */
export function defineResources(
  definitions: readonly ResourceDefinition[],
  otherTables: Readonly<Record<string, string>> = {},
): ResourceTargets {
  return {
    byName: new Map(definitions.map((one) => [one.name, one])),
    tableLabels: new Map([
      ...definitions.map((one) => [one.table, one.label] as const),
      ...Object.entries(otherTables),
    ]),
  };
}

/** Who may open files of rows: the definition's own right to view. Files of other owners are added in app.ts. */
export function fileOwnerKinds(bindings: readonly ResourceBinding[]): Map<string, FileOwnerKind> {
  return new Map(
    bindings.map(({ definition }) => [definition.name, { table: definition.table, view: definition.permissions.view }]),
  );
}

/** The table or view in which a list looks for its rows. */
export const searchedTable = ({ definition, searchedIn }: ResourceBinding): Sql =>
  identifier(searchedIn ?? definition.table);

/** The definition a reference points at. A wrong name is a mistake in the program. */
export function targetOf(targets: ResourceTargets, name: string): ResourceDefinition {
  const target = targets.byName.get(name);
  if (!target) throw new Error(`no resource named ${name} among the targets`);
  return target;
}
