import { type ImportKindName, type ImportView, imports, type RowRange } from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { call, errorText } from '../api/api.ts';
import { useNoticeTask } from '../tasks/use-task.ts';

const pollMilliseconds = 1000;

/** One import, asked about again while a task works on it. */
export function useImport(kind: ImportKindName, id: string) {
  return useQuery({
    queryKey: ['import', kind, id],
    queryFn: ({ signal }) => call(imports[kind].get, { params: { id }, signal }),
    refetchInterval: ({ state }) =>
      state.data && ['checking', 'importing', 'undoing'].includes(state.data.state) ? pollMilliseconds : false,
  });
}

/** One's own last imports of a kind. */
export function useRecentImports(kind: ImportKindName) {
  return useQuery({
    queryKey: ['imports', kind],
    queryFn: async ({ signal }) => (await call(imports[kind].list, { signal })).rows,
  });
}

/** The steps that change an import; each says what went wrong and shows the import anew. */
export function useImportSteps(kind: ImportKindName, id: string) {
  const queries = useQueryClient();
  const noticeTask = useNoticeTask();
  const { message } = App.useApp();
  const key = ['import', kind, id];
  const shared = {
    onError: (error: unknown) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  };
  const mapColumns = useMutation({
    ...shared,
    mutationFn: (columns: Record<string, number | null>) =>
      call(imports[kind].mapColumns, { params: { id }, body: { columns } }),
    onSuccess: (view: ImportView) => queries.setQueryData(key, view),
  });
  const check = useMutation({
    ...shared,
    mutationFn: () => call(imports[kind].check, { params: { id } }),
    onSuccess: noticeTask,
  });
  const run = useMutation({
    ...shared,
    mutationFn: ({ policy, rows = null }: { policy: ImportView['duplicatePolicy']; rows?: RowRange[] | null }) =>
      call(imports[kind].run, { params: { id }, body: { duplicatePolicy: policy, rows } }),
    onSuccess: noticeTask,
  });
  return { mapColumns, check, run };
}

/** A page of the good rows of a checked import. */
export function useGoodRows(
  kind: ImportKindName,
  id: string,
  query: { page: number; pageSize: number; q: string | undefined; only: 'new' | 'existing' | undefined },
) {
  return useQuery({
    queryKey: ['import-rows', kind, id, query],
    queryFn: ({ signal }) => call(imports[kind].rows, { params: { id }, query, signal }),
    placeholderData: keepPreviousData,
  });
}

const mappingsKey = (kind: ImportKindName) => ['import-mappings', kind];

/** Mappings the company keeps for a list. */
export function useMappings(kind: ImportKindName) {
  return useQuery({
    queryKey: mappingsKey(kind),
    queryFn: async ({ signal }) => (await call(imports[kind].listMappings, { signal })).rows,
  });
}

/** What can be done with saved mappings; each says what went wrong and shows list and import anew. */
export function useMappingSteps(kind: ImportKindName, id: string) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const shared = {
    onError: (error: unknown) => void message.error(errorText(error)),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: mappingsKey(kind) });
      await queries.invalidateQueries({ queryKey: ['import', kind, id] });
    },
  };
  const endpoints = imports[kind];
  return {
    apply: useMutation({
      ...shared,
      mutationFn: (mappingId: string) => call(endpoints.applyMapping, { params: { id }, body: { mappingId } }),
    }),
    save: useMutation({
      ...shared,
      mutationFn: (body: { name: string; isReplacing: boolean }) =>
        call(endpoints.saveMapping, { params: { id }, body }),
    }),
    edit: useMutation({
      ...shared,
      mutationFn: ({
        id: mappingId,
        ...body
      }: {
        id: string;
        version: number;
        name?: string;
        headings?: Record<string, string>;
      }) => call(endpoints.editMapping, { params: { id: mappingId }, body }),
    }),
    remove: useMutation({
      ...shared,
      mutationFn: (mappingId: string) => call(endpoints.deleteMapping, { params: { id: mappingId } }),
    }),
  };
}
