import type { AttachedFile, Field, FieldKind, ReferredRow } from '@anlin/contract';
import { Input, Select } from 'antd';
import { lazy, type ReactNode } from 'react';
import { FilesCell, FilesDetail } from './files-cell.tsx';
import type { FilterValue } from './list-address.ts';
import { MoneyText } from './money-text.tsx';
import { ReferenceSelect, ReferencesSelect } from './reference-select.tsx';
import { TagChip, TagSelect, type TagView } from './tag-select.tsx';
import { TextFilter } from './text-filter.tsx';
import { groupThousands, instantText } from './text-of.ts';

// Calendars and number boxes are large and wait behind “更多筛选” and forms: they come when first shown.
const BooleanInput = lazy(() => import('./boolean-input.tsx'));
const DayInput = lazy(() => import('./day-input.tsx'));
const DayRangeFilter = lazy(() => import('./day-range-filter.tsx'));
const NumberRangeFilter = lazy(() => import('./number-range-filter.tsx'));
const FilesInput = lazy(() => import('./files-input.tsx'));
const NumberInput = lazy(() => import('./number-input.tsx'));

type FieldOf<K extends FieldKind> = Extract<Field, { kind: K }>;

/** What the form holds for each kind. */
interface FieldValue {
  text: string;
  longText: string;
  phone: string;
  integer: number | null;
  decimal: string | null;
  money: string | null;
  day: string | null;
  instant: string | null;
  boolean: boolean;
  choice: string | null;
  choices: string[];
  reference: string | null;
  references: string[];
  tags: string[];
  files: AttachedFile[];
}

/** Props a form hands to the control of a field; `id`, `value` and `onChange` come from antd's Form.Item. */
export interface FieldInputProps<K extends FieldKind = FieldKind> {
  field: FieldOf<K>;
  id?: string;
  value?: FieldValue[K];
  onChange?: (value: FieldValue[K]) => void;
  disabled?: boolean;
  /** Community whose rows a reference offers. */
  communityId?: string | undefined;
}

export interface FieldFilterProps<K extends FieldKind = FieldKind> {
  field: FieldOf<K>;
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
  communityId?: string | undefined;
}

/** What a kind of field looks like in a form, in a list or detail, and among the filters. */
export interface FieldControl<K extends FieldKind> {
  FormItem: (props: FieldInputProps<K>) => ReactNode;
  /** `label` is the title of the row a reference points at. */
  cell: (value: unknown, field: FieldOf<K>, label: unknown) => ReactNode;
  /** What a detail shows where it is more than the cell. */
  detail?: (value: unknown) => ReactNode;
  filter: (props: FieldFilterProps<K>) => ReactNode;
  align: 'left' | 'right' | 'center';
  /** Pixels, where the definition gives none. */
  width: number;
  isSortable: boolean;
  /** Takes the whole width of a form or detail. */
  isWide: boolean;
}

const nothing = <span className="muted">—</span>;
const textCell = (value: unknown) => (value === null || value === undefined || value === '' ? nothing : String(value));
const figures = (value: unknown) =>
  value === null || value === undefined ? nothing : <span className="figures">{groupThousands(String(value))}</span>;
const containsOf = (value: FilterValue | undefined) =>
  typeof value === 'object' && 'contains' in value ? value.contains : '';
const listOf = (value: FilterValue | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : [];
const optionsOf = (options: Readonly<Record<string, string>>) =>
  Object.entries(options).map(([value, label]) => ({ value, label }));

function ContainsFilter({ field, value, onChange }: Omit<FieldFilterProps, 'field'> & { field: { label: string } }) {
  return (
    <TextFilter
      label={field.label}
      text={containsOf(value)}
      onCommit={(contains) => onChange(contains === '' ? undefined : { contains })}
    />
  );
}

function ChoiceFilter({ field, value, onChange }: FieldFilterProps<'choice'> | FieldFilterProps<'choices'>) {
  return (
    <Select
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      style={{ width: '100%' }}
      placeholder="全部"
      aria-label={field.label}
      options={optionsOf(field.options)}
      showSearch={{ optionFilterProp: 'label' }}
      value={[...listOf(value)]}
      onChange={(keys: string[]) => onChange(keys)}
    />
  );
}

function EitherFilter(props: Omit<FieldFilterProps, 'field'> & { field: { label: string }; yes: string; no: string }) {
  const { field, value, onChange, yes, no } = props;
  return (
    <Select
      allowClear
      style={{ width: '100%' }}
      placeholder="全部"
      aria-label={field.label}
      value={typeof value === 'boolean' ? String(value) : null}
      options={[
        { value: 'true', label: yes },
        { value: 'false', label: no },
      ]}
      onChange={(key: string | null | undefined) => onChange(key ? key === 'true' : undefined)}
    />
  );
}

const plain = { align: 'left', width: 140, isSortable: true, isWide: false } as const;
const numeric = { align: 'right', width: 136, isSortable: true, isWide: false } as const;

/** Every kind of field, once. A screen overrides single fields, never this table. */
export const fieldControls: { [K in FieldKind]: FieldControl<K> } = {
  text: {
    ...plain,
    FormItem: ({ field, communityId: _, onChange, ...rest }) => (
      <Input
        {...rest}
        maxLength={field.maxLength}
        autoComplete="off"
        onChange={({ target }) => onChange?.(target.value)}
      />
    ),
    cell: textCell,
    filter: ContainsFilter,
  },
  longText: {
    ...plain,
    width: 220,
    isSortable: false,
    isWide: true,
    FormItem: ({ field, communityId: _, onChange, ...rest }) => (
      <Input.TextArea
        {...rest}
        maxLength={field.maxLength}
        autoSize={{ minRows: 2, maxRows: 8 }}
        showCount
        onChange={({ target }) => onChange?.(target.value)}
      />
    ),
    cell: textCell,
    filter: ContainsFilter,
  },
  phone: {
    ...plain,
    isSortable: false,
    FormItem: ({ field: _, communityId: __, onChange, ...rest }) => (
      <Input
        {...rest}
        maxLength={20}
        inputMode="tel"
        autoComplete="off"
        onChange={({ target }) => onChange?.(target.value)}
      />
    ),
    cell: (value) => (value ? <span className="figures">{String(value)}</span> : nothing),
    filter: ContainsFilter,
  },
  integer: {
    ...numeric,
    width: 90,
    FormItem: ({ field: _, communityId: __, value, onChange, ...rest }) => (
      <NumberInput
        {...rest}
        precision={0}
        value={value === null || value === undefined ? null : String(value)}
        onChange={(text) => onChange?.(text === null ? null : Number(text))}
      />
    ),
    cell: figures,
    filter: (props) => <NumberRangeFilter {...props} label={props.field.label} precision={0} />,
  },
  decimal: {
    ...numeric,
    FormItem: ({ field, communityId: _, ...rest }) => <NumberInput {...rest} suffix={field.unit} />,
    cell: figures,
    filter: (props) => <NumberRangeFilter {...props} label={props.field.label} precision={props.field.scale} />,
  },
  money: {
    ...numeric,
    width: 130,
    FormItem: ({ field: _, communityId: __, ...rest }) => <NumberInput {...rest} precision={2} prefix="¥" />,
    cell: (value) => <MoneyText yuan={value as string | null} />,
    filter: (props) => <NumberRangeFilter {...props} label={props.field.label} precision={2} />,
  },
  day: {
    ...plain,
    width: 120,
    FormItem: ({ field: _, communityId: __, ...rest }) => <DayInput {...rest} />,
    cell: (value) => (value ? <span className="figures">{String(value)}</span> : nothing),
    filter: (props) => <DayRangeFilter {...props} label={props.field.label} isInstant={false} />,
  },
  instant: {
    ...plain,
    width: 150,
    FormItem: ({ value }) => instantText(String(value)),
    cell: (value) => (value ? <span className="figures">{instantText(String(value))}</span> : nothing),
    filter: (props) => <DayRangeFilter {...props} label={props.field.label} isInstant />,
  },
  boolean: {
    ...plain,
    width: 90,
    FormItem: ({ field: _, communityId: __, ...rest }) => <BooleanInput {...rest} />,
    cell: (value) => (value === true ? '是' : <span className="muted">否</span>),
    filter: (props) => <EitherFilter {...props} yes="是" no="否" />,
  },
  choice: {
    ...plain,
    width: 110,
    FormItem: ({ field, communityId: _, value, onChange, ...rest }) => (
      <Select<string | null>
        {...rest}
        value={value ?? null}
        onChange={(key) => onChange?.(key ?? null)}
        allowClear={!field.isRequired}
        placeholder="请选择"
        options={optionsOf(field.options)}
        showSearch={{ optionFilterProp: 'label' }}
      />
    ),
    cell: (value, field) => textCell(field.options[String(value)] ?? value),
    filter: ChoiceFilter,
  },
  choices: {
    ...plain,
    width: 160,
    isSortable: false,
    FormItem: ({ field, communityId: _, ...rest }) => (
      <Select
        {...rest}
        mode="multiple"
        allowClear
        placeholder="可多选"
        options={optionsOf(field.options)}
        showSearch={{ optionFilterProp: 'label' }}
      />
    ),
    cell: (value, field) => textCell((value as string[]).map((key) => field.options[key] ?? key).join('、')),
    filter: ChoiceFilter,
  },
  reference: {
    ...plain,
    FormItem: ({ field, ...rest }) => (
      <ReferenceSelect {...rest} to={field.to} placeholder="输入名称查找" style={{ width: '100%' }} />
    ),
    cell: (_, __, label) => textCell(label),
    filter: ({ field, value, onChange, communityId }) => (
      <ReferencesSelect
        to={field.to}
        value={listOf(value)}
        onChange={onChange}
        communityId={communityId}
        placeholder="全部"
        aria-label={field.label}
        style={{ width: '100%' }}
      />
    ),
  },
  references: {
    ...plain,
    width: 160,
    FormItem: ({ field, ...rest }) => (
      <ReferencesSelect {...rest} to={field.to} isWhole placeholder="输入名称查找，可多选" style={{ width: '100%' }} />
    ),
    cell: (value) => textCell((value as ReferredRow[]).map(({ name }) => name).join('、')),
    filter: ({ field, value, onChange, communityId }) => (
      <ReferencesSelect
        to={field.to}
        value={listOf(value)}
        onChange={onChange}
        communityId={communityId}
        placeholder="全部"
        aria-label={field.label}
        style={{ width: '100%' }}
      />
    ),
  },
  tags: {
    ...plain,
    width: 180,
    isSortable: false,
    isWide: true,
    FormItem: ({ field: _, communityId: __, ...rest }) => (
      <TagSelect {...rest} placeholder="可多选" style={{ width: '100%' }} />
    ),
    cell: (value) => {
      const tags = value as TagView[];
      return tags.length === 0 ? nothing : tags.map((tag) => <TagChip key={tag.id} tag={tag} />);
    },
    filter: ({ field, value, onChange }) => (
      <TagSelect
        value={listOf(value)}
        onChange={onChange}
        placeholder="全部"
        aria-label={field.label}
        style={{ width: '100%' }}
      />
    ),
  },
  files: {
    ...plain,
    width: 96,
    isSortable: false,
    isWide: true,
    FormItem: ({ communityId: _, ...rest }) => <FilesInput {...rest} />,
    cell: (value) => <FilesCell files={value as AttachedFile[]} />,
    detail: (value) => <FilesDetail files={value as AttachedFile[]} />,
    filter: (props) => <EitherFilter {...props} yes="有" no="没有" />,
  },
};

/** The control of a field whose kind is known only when the program runs. */
export function controlOf(field: Field): FieldControl<FieldKind> {
  return fieldControls[field.kind] as unknown as FieldControl<FieldKind>;
}
