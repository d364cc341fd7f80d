import type { Field, ResourceDefinition } from '@anlin/contract';

/** How a person arranged the columns of one list. Keys unknown to the definition are ignored. */
export interface ColumnMemory {
  /** Columns in the person's order. Those missing here stand where the definition has them. */
  order: readonly string[];
  /** `true` shown, `false` hidden; absent: as the definition says. */
  shown: Readonly<Record<string, boolean>>;
  /** Width in pixels where the person changed it. */
  widths: Readonly<Record<string, number>>;
}

export const noColumnMemory: ColumnMemory = { order: [], shown: {}, widths: {} };

export interface ArrangedColumn {
  key: string;
  field: Field;
  isShown: boolean;
  width: number | undefined;
}

/** Columns of a list in the person's order. A field added since keeps its place after the one it follows in the definition. */
export function arrangeColumns(definition: Pick<ResourceDefinition, 'fields'>, memory: ColumnMemory): ArrangedColumn[] {
  const keys = Object.keys(definition.fields);
  const ordered = memory.order.filter((key) => keys.includes(key));
  for (const [index, key] of keys.entries()) {
    if (ordered.includes(key)) continue;
    const before = keys.slice(0, index).findLast((earlier) => ordered.includes(earlier));
    ordered.splice(before === undefined ? 0 : ordered.indexOf(before) + 1, 0, key);
  }
  return ordered.map((key) => {
    const field = definition.fields[key] as Field;
    return { key, field, isShown: memory.shown[key] ?? field.isListed ?? false, width: memory.widths[key] };
  });
}

/** Moves a column one place among those that are shown or hidden alike, as the settings list has them. */
export function moveColumn(order: readonly string[], key: string, step: 1 | -1): string[] {
  const from = order.indexOf(key);
  const to = from + step;
  if (from < 0 || to < 0 || to >= order.length) return [...order];
  const moved = [...order];
  moved.splice(from, 1);
  moved.splice(to, 0, key);
  return moved;
}

export function readColumnMemory(stored: unknown): ColumnMemory {
  if (typeof stored !== 'object' || stored === null) return noColumnMemory;
  const { order, shown, widths } = stored as Partial<Record<keyof ColumnMemory, unknown>>;
  return {
    order: Array.isArray(order) ? order.filter((key) => typeof key === 'string') : [],
    shown: pickValues(shown, (value) => typeof value === 'boolean'),
    widths: pickValues(widths, (value) => typeof value === 'number' && value >= minColumnWidth && value <= 1000),
  };
}

export const minColumnWidth = 60;

function pickValues<T>(from: unknown, isFit: (value: unknown) => boolean): Record<string, T> {
  if (typeof from !== 'object' || from === null) return {};
  return Object.fromEntries(Object.entries(from).filter(([, value]) => isFit(value))) as Record<string, T>;
}
