import { getTask, listTasks, type TaskView } from '@anlin/contract';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { call } from '../api/api.ts';

export const tasksKey = ['tasks'] as const;

const pollMilliseconds = 1500;

export function isUnfinished({ state }: Pick<TaskView, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/**
 * One task, asked about again until it has ended. The work itself goes on when nobody looks:
 * `useTask(undefined)` watches nothing.
 */
export function useTask(taskId: string | undefined) {
  return useQuery({
    queryKey: [...tasksKey, taskId],
    queryFn: ({ signal }) => call(getTask, { params: { id: taskId ?? '' }, signal }),
    enabled: taskId !== undefined,
    refetchInterval: ({ state }) => (state.data && !isUnfinished(state.data) ? false : pollMilliseconds),
  });
}

/** My recent tasks, asked about again only while one is unfinished or the list is on screen. */
export function useTasks({ isWatching }: { isWatching: boolean }) {
  return useQuery({
    queryKey: tasksKey,
    queryFn: async ({ signal }) => (await call(listTasks, { signal })).rows,
    refetchInterval: ({ state }) => (isWatching || state.data?.some(isUnfinished) ? pollMilliseconds : false),
  });
}

/** To be called after an endpoint answered with a task: the download centre takes notice at once. */
export function useNoticeTask(): () => void {
  const queries = useQueryClient();
  return useCallback(() => noticeTask(queries), [queries]);
}

function noticeTask(queries: QueryClient): void {
  queries.invalidateQueries({ queryKey: tasksKey, exact: true });
}

/** The file a task produced, if its result names one. */
export function resultFileId(task: TaskView): string | undefined {
  const fileId = task.result?.fileId;
  return typeof fileId === 'string' ? fileId : undefined;
}
