import type { Field, ResourceDefinition, ResourceRow } from '@anlin/contract';
import type { TableColumnType } from 'antd';
import type { ReactNode } from 'react';
import type { ArrangedColumn } from './column-memory.ts';
import { controlOf } from './field-controls.tsx';

/** How a screen shows one field differently from its kind. */
export interface ColumnOverride {
  /** Content of the cell, in the list and in the detail. */
  render?: (row: ResourceRow) => ReactNode;
  title?: string;
  width?: number;
  isSortable?: boolean;
}

export type ColumnOverrides = Readonly<Record<string, ColumnOverride>>;

/** What one field of a row shows. */
export function cellOf(key: string, field: Field, row: ResourceRow, override: ColumnOverride | undefined): ReactNode {
  if (override?.render) return override.render(row);
  return controlOf(field).cell(row[key], field, row[`${key}Label`]);
}

/** The same where there is more room, in the detail. */
export function factOf(key: string, field: Field, row: ResourceRow, override: ColumnOverride | undefined): ReactNode {
  const { detail } = controlOf(field);
  return detail && !override?.render ? detail(row[key]) : cellOf(key, field, row, override);
}

/** `建筑面积 (㎡)`: units stand in the heading, so that figures stay bare and aligned. */
export function headingOf(field: Field, override: ColumnOverride | undefined): string {
  const title = override?.title ?? field.label;
  return field.kind === 'decimal' && field.unit ? `${title} (${field.unit})` : title;
}

interface ColumnsInput {
  definition: ResourceDefinition;
  arranged: readonly ArrangedColumn[];
  overrides: ColumnOverrides;
  sort: string | undefined;
  onResized: (key: string, width: number) => void;
  /** Makes the title of a row the way into its detail. */
  openLink: (row: ResourceRow, title: ReactNode) => ReactNode;
  /** Names the community of each row: where rows of several communities stand together. */
  hasCommunity: boolean;
}

export function tableColumns(input: ColumnsInput): TableColumnType<ResourceRow>[] {
  const { definition, arranged, overrides, sort, onResized, openLink } = input;
  const columns: TableColumnType<ResourceRow>[] = arranged
    .filter(({ isShown }) => isShown)
    .map(({ key, field, width }) => {
      const control = controlOf(field);
      const override = overrides[key];
      const isTitle = key === definition.titleField;
      const isSortable = override?.isSortable ?? control.isSortable;
      return {
        key,
        title: headingOf(field, override),
        align: control.align,
        width: width ?? override?.width ?? field.width ?? Math.max(control.width, isTitle ? minTitleWidth : 0),
        ellipsis: !isTitle,
        ...(isTitle ? { fixed: 'start' as const } : {}),
        ...(isSortable ? { sorter: true, sortOrder: sortOrderOf(key, sort), showSorterTooltip: false } : {}),
        onHeaderCell: () => ({ onResized: (next: number) => onResized(key, next) }) as object,
        render: (_: unknown, row: ResourceRow) => {
          const content = cellOf(key, field, row, override);
          return isTitle ? openLink(row, content) : content;
        },
      };
    });
  return input.hasCommunity ? columns.toSpliced(1, 0, communityColumn) : columns;
}

const minTitleWidth = 190;

const communityColumn: TableColumnType<ResourceRow> = {
  key: 'communityId',
  title: '小区',
  width: 84,
  ellipsis: true,
  render: (_, row) => row.communityLabel,
};

function sortOrderOf(key: string, sort: string | undefined): 'ascend' | 'descend' | null {
  if (sort === key) return 'ascend';
  return sort === `-${key}` ? 'descend' : null;
}
