import { parseFilter, type ResourceDefinition, type ResourceFilter } from '@anlin/contract';
import type { Search } from '../shell/search-text.ts';

/** What a list shows: the part of its address that a colleague needs to see the same rows. */
export interface ListState {
  page: number;
  pageSize: number;
  /** `number` ascending, `-number` descending; absent: the definition's own order. */
  sort: string | undefined;
  q: string;
  filter: ResourceFilter;
}

export type FilterValue = ResourceFilter[string];

export const pageSizes = [20, 50, 100, 200, 500];
export const usualPageSize = 50;

/** Reads a list's address. What an old or hand-made link has wrong falls back to the usual, never to an error. */
export function readListState(search: Search, definition: Pick<ResourceDefinition, 'fields' | 'idFilters'>): ListState {
  const page = Number(search.page);
  const pageSize = Number(search.pageSize);
  const filter = parseFilter(search.filter) ?? {};
  const known = Object.entries(filter).filter(
    ([key]) => key in definition.fields || key in (definition.idFilters ?? {}),
  );
  return {
    page: Number.isInteger(page) && page > 0 ? page : 1,
    pageSize: pageSizes.includes(pageSize) ? pageSize : usualPageSize,
    sort: search.sort !== undefined && search.sort.replace(/^-/, '') in definition.fields ? search.sort : undefined,
    q: search.q ?? '',
    filter: Object.fromEntries(known),
  };
}

/** The address of a list state; what is as usual is left out, which keeps links short. */
export function writeListState(state: ListState): Record<string, string | undefined> {
  const filter = withoutEmpty(state.filter);
  return {
    page: state.page === 1 ? undefined : String(state.page),
    pageSize: state.pageSize === usualPageSize ? undefined : String(state.pageSize),
    sort: state.sort,
    q: state.q === '' ? undefined : state.q,
    filter: Object.keys(filter).length === 0 ? undefined : JSON.stringify(filter),
  };
}

/** One filter set or taken away; the list begins again at its first page. */
export function withFilter(state: ListState, key: string, value: FilterValue | undefined): ListState {
  const { [key]: _, ...others } = state.filter;
  return { ...state, page: 1, filter: withoutEmpty(value === undefined ? others : { ...others, [key]: value }) };
}

/** Leaves out filters that let everything pass: an empty text, an empty list, a range without ends. */
export function withoutEmpty(filter: ResourceFilter): ResourceFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => !isEmptyFilter(value)));
}

function isEmptyFilter(value: FilterValue): boolean {
  if (typeof value === 'boolean') return false;
  if (Array.isArray(value)) return value.length === 0;
  if ('contains' in value) return value.contains.trim() === '';
  const { from, to } = value as { from?: string; to?: string };
  return (from ?? '') === '' && (to ?? '') === '';
}
