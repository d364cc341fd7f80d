/**
 * The fifteen kinds of field a resource can have. A field is written once, in a definition; list column,
 * form control, filter, import column, export column, API and OpenAPI follow from its kind.
 */
interface FieldCommon {
  /** Chinese label, the glossary's word. */
  label: string;
  isRequired?: boolean;
  /** Shown in the list unless the person hides it. Default false. */
  isListed?: boolean;
  /** Among the three filters that are open. Default false. */
  isMainFilter?: boolean;
  /** Computed by the server: shown, filtered and exported, never entered. */
  isReadOnly?: boolean;
  /** Personal data: the audit tells that it changed, never what it says (EST-12). Phones are so always. */
  isPersonal?: boolean;
  /** Headings other systems use for this column in their spreadsheets. */
  importTitles?: readonly string[];
  /** One Chinese line under the control. */
  help?: string;
  /** Column of the table when it is not the snake_case of the key. */
  column?: string;
  /** In the form only where a choice of the same row has one of these values, or where something was entered already. */
  shownFor?: { field: string; values: readonly string[] };
  /** Width of the list column in pixels. */
  width?: number;
  /** A field the company added at run time: its values are kept apart from the table, by this id. */
  customFieldId?: string;
  /** Of such a field: the column of the row under whose id values are kept, when it is not the row's own id. */
  customOwner?: string;
}

export interface TextField extends FieldCommon {
  kind: 'text';
  maxLength: number;
  /** Found by the search box. */
  isSearched?: boolean;
  /** Sorted as people count: 2 before 10 (`zh-u-kn-true`). */
  isNatural?: boolean;
}
export interface LongTextField extends FieldCommon {
  kind: 'longText';
  maxLength: number;
}
export interface IntegerField extends FieldCommon {
  kind: 'integer';
  min: number;
  max: number;
}
/** Exact decimal, a string on the wire. */
export interface DecimalField extends FieldCommon {
  kind: 'decimal';
  scale: number;
  min: number;
  max: number;
  unit?: string;
  /** Added up over everything that matches the filter. */
  isTotalled?: boolean;
  /**
   * Column with the number in whole units of its last decimal, generated from it: what lists filter, sort and add up. Under
   * row-level security PostgreSQL uses indexes and statistics for whole numbers and not for `numeric` (ADR 0068).
   */
  wholeColumn?: string;
}
/** Fen in SQL, yuan with two decimals on the wire. */
export interface MoneyField extends FieldCommon {
  kind: 'money';
  isTotalled?: boolean;
}
export interface DayField extends FieldCommon {
  kind: 'day';
}
export interface InstantField extends FieldCommon {
  kind: 'instant';
  isReadOnly: true;
}
export interface BooleanField extends FieldCommon {
  kind: 'boolean';
  /** What a new row has where nobody says: yes instead of no. */
  isOnByDefault?: true;
}
/** One of fixed values; stored by key, shown by label. */
export interface ChoiceField extends FieldCommon {
  kind: 'choice';
  options: Readonly<Record<string, string>>;
}
/** Several of fixed values. */
export interface ChoicesField extends FieldCommon {
  kind: 'choices';
  options: Readonly<Record<string, string>>;
}
/** Points at a row of another resource of the same company. The list carries its title as `<key>Label`. */
export interface ReferenceField extends FieldCommon {
  kind: 'reference';
  to: string;
}
/**
 * Points at several rows of another resource of the same company, kept in a table `<table>_<table of the other>`. A form sends
 * ids; lists and details carry `[{id, name}]`, the first one first, the others by name. Filtered by having any of them.
 */
export interface ReferencesField extends FieldCommon {
  kind: 'references';
  to: string;
  maxRows: number;
  /** Column of the row that names the first of them. */
  firstColumn: string;
}
/** Phone: masked in lists unless the role may see it (EST-12). */
export interface PhoneField extends FieldCommon {
  kind: 'phone';
}
/**
 * Pictures or documents of the row, stored as file ids. A form sends ids; lists and details carry
 * `[{id, name, mediaType, sizeBytes}]`. Whoever may see the row may open them. Filtered by having any.
 */
export interface FilesField extends FieldCommon {
  kind: 'files';
  accept: 'image' | 'any';
  maxFiles: number;
}
/** Tags attached to the row (EST-9). The list carries `[{id, name, color}]`. */
export interface TagsField extends FieldCommon {
  kind: 'tags';
}

export type Field =
  | TextField
  | LongTextField
  | IntegerField
  | DecimalField
  | MoneyField
  | DayField
  | InstantField
  | BooleanField
  | ChoiceField
  | ChoicesField
  | ReferenceField
  | ReferencesField
  | PhoneField
  | TagsField
  | FilesField;

export type FieldKind = Field['kind'];
