import { getHome, listDues, listOwnPrepaid, listOwnVehicles } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../app/api.ts';

/** Queries that several screens share, each under one key, so that what one screen read the next one shows at once. */

export const useDues = (communityId: string) =>
  useQuery({
    queryKey: ['dues', communityId],
    queryFn: ({ signal }) => call(listDues, { query: { communityId }, signal }),
  });

export const useHome = (communityId: string) =>
  useQuery({
    queryKey: ['home', communityId],
    queryFn: ({ signal }) => call(getHome, { query: { communityId }, signal }),
    staleTime: 300_000,
  });

export const usePrepaid = (communityId: string) =>
  useQuery({
    queryKey: ['prepaid', communityId],
    queryFn: ({ signal }) => call(listOwnPrepaid, { query: { communityId }, signal }),
  });

export const useVehicles = (communityId: string) =>
  useQuery({
    queryKey: ['vehicles', communityId],
    queryFn: ({ signal }) => call(listOwnVehicles, { query: { communityId }, signal }),
  });
