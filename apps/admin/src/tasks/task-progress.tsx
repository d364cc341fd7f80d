import type { TaskView } from '@anlin/contract';
import { Alert, Progress, Skeleton } from 'antd';
import { errorText } from '../api/api.ts';
import { useTask } from './use-task.ts';

/** Bar and words of a task that is being watched. The work goes on when the page is closed. */
export function TaskProgress({ taskId }: { taskId: string }) {
  const { data, error } = useTask(taskId);
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  return data ? <TaskBar task={data} /> : <Skeleton.Input active block />;
}

/** Bar and words of a task already at hand. */
export function TaskBar({ task }: { task: TaskView }) {
  const words = stateWords(task);
  if (task.state === 'failed') return <Alert type="error" showIcon title={task.error ?? words} />;
  return (
    <div>
      <Progress
        percent={task.state === 'done' ? 100 : percentOf(task)}
        status={task.state === 'done' ? 'success' : task.state === 'cancelled' ? 'normal' : 'active'}
        size="small"
        aria-label={`${task.title}：${words}`}
      />
      <div className="muted">{words}</div>
    </div>
  );
}

/** Whole percent, held at 99 until the task says it is done: the last step may still fail. */
export function percentOf({ done, total }: Pick<TaskView, 'done' | 'total'>): number {
  return total === null || total === 0 ? 0 : Math.min(99, Math.floor((done / total) * 100));
}

export function stateWords(task: TaskView): string {
  const count = (value: number) => value.toLocaleString('zh-CN');
  switch (task.state) {
    case 'queued':
      return '排队中，马上开始';
    case 'running':
      return task.total === null ? `已处理 ${count(task.done)}` : `已处理 ${count(task.done)} / ${count(task.total)}`;
    case 'done':
      return '已完成';
    case 'failed':
      return '没有完成';
    case 'cancelled':
      return '已停止';
  }
}
