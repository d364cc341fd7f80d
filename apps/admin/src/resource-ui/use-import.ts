import { type ImportKindName, type ImportView, imports } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
      state.data?.state === 'checking' || state.data?.state === 'importing' ? pollMilliseconds : false,
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
    mutationFn: (duplicatePolicy: ImportView['duplicatePolicy']) =>
      call(imports[kind].run, { params: { id }, body: { duplicatePolicy } }),
    onSuccess: noticeTask,
  });
  return { mapColumns, check, run };
}
