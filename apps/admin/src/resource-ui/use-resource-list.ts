import { flattenRow, type ResourceDefinition, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { call } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { useCommunity } from '../shell/community.ts';
import { type ListState, readListState, writeListState } from './list-address.ts';

export interface ResourceListReply {
  rows: ResourceRow[];
  total: number;
  /** By field: the sum over everything that matches. */
  totals: Record<string, string>;
}

/** What a list is narrowed to and in which order: what exports and figures over the same rows are asked for with. */
export interface ListConditions {
  sort: string | undefined;
  q: string | undefined;
  filter: string | undefined;
  communityId: string | undefined;
}

/** A list whose filters, order, search and page live in the address, and the rows they lead to. */
export function useResourceList(definition: ResourceDefinition) {
  const { search, change } = useAddress();
  const { id: community } = useCommunity();
  const state = useMemo(() => readListState(search, definition), [search, definition]);
  const setState = useCallback((next: ListState) => change(writeListState(next)), [change]);
  const { page, pageSize, ...address } = writeListState(state);
  const conditions: ListConditions = {
    sort: address.sort,
    q: address.q,
    filter: address.filter,
    communityId: definition.isCommunityScoped ? community : undefined,
  };
  const endpoints = useMemo(() => resourceEndpoints(definition), [definition]);
  const query = { ...conditions, page: state.page, pageSize: state.pageSize };
  const list = useQuery({
    queryKey: [definition.name, 'list', query],
    queryFn: async ({ signal }) => {
      const reply = (await call(endpoints.list, { query, signal })) as ResourceListReply;
      return definition.hasCustomFields ? { ...reply, rows: reply.rows.map(flattenRow) } : reply;
    },
    placeholderData: keepPreviousData,
  });
  return { state, setState, conditions, list };
}
