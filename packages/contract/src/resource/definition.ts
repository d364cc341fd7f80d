import type { Permission } from '../platform/permissions.ts';
import type { Field } from './field.ts';

/**
 * One resource, written once. `communityId` is implied when `isCommunityScoped`; `id`, `createdAt`,
 * `updatedAt` and `version` are implied always.
 */
export interface ResourceDefinition<Fields extends Readonly<Record<string, Field>> = Readonly<Record<string, Field>>> {
  /** Identifier of the glossary: `parkingSpace`. */
  name: string;
  /** Table, snake_case. */
  table: string;
  /** Segment of the URL: `parking-spaces`. */
  path: string;
  /** Chinese name: 车位. */
  label: string;
  isCommunityScoped: boolean;
  /** Only listed, shown and exported: rows come about by use cases of their own. */
  isListOnly?: true;
  /** A company may add fields of its own (PLT-8). The table needs `call forget_with_rows_of('table')`. */
  hasCustomFields?: true;
  /** All that is entered is personal data: the audit tells what changed, never what it says (EST-12). */
  isPersonal?: true;
  /**
   * Each row stands for a row of another resource, named by a reference: the company's own fields and the tags of that
   * one are shown, filtered, sorted and exported here as well, and changed there. A stay shows what its person has.
   */
  borrowed?: { resource: string; table: string; by: string };
  /** Headings that imports of this resource take for something that is no field: own fields must not be called so. */
  otherTitles?: readonly string[];
  fields: Fields;
  /** Filters by ids of something that is no field of the row: key and Chinese name; the server's binding says what they mean. */
  idFilters?: Readonly<Record<string, string>>;
  /** Key of the field that names a row to a person. */
  titleField: string;
  /** Sets of keys that are unique within the company (community included where scoped). */
  unique: readonly (readonly string[])[];
  /** `number`, `-createdAt` */
  defaultSort: readonly string[];
  permissions: {
    view: Permission;
    create: Permission;
    edit: Permission;
    delete: Permission;
    import?: Permission;
    export?: Permission;
  };
}

/**
 * Declares one resource; the compiler checks that the title and the unique sets name its own fields. The result
 * is also a plain `ResourceDefinition`, which is what the engine and the screens take.
 */
export function defineResource<const Fields extends Readonly<Record<string, Field>>>(
  definition: ResourceDefinition<Fields> & {
    titleField: keyof NoInfer<Fields>;
    unique: readonly (readonly (keyof NoInfer<Fields>)[])[];
  },
): ResourceDefinition<Fields> {
  return definition;
}

/** `builtArea` → `built_area` */
export function columnName(key: string, field: Pick<Field, 'column'>): string {
  return field.column ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Column of the row under whose id own fields and tags are kept: its own, or that of the row it stands for. */
export function ownerColumn({ borrowed, fields }: ResourceDefinition): string {
  return borrowed ? columnName(borrowed.by, fields[borrowed.by] ?? {}) : 'id';
}

/** Fields a person enters, in order. */
export function enteredFields(definition: ResourceDefinition): [string, Field][] {
  return Object.entries(definition.fields).filter(([, field]) => !field.isReadOnly);
}
