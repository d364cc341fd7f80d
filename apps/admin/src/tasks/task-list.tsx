import { cancelTask, type TaskView } from '@anlin/contract';
import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { call, errorText } from '../api/api.ts';
import { instantText } from '../resource-ui/text-of.ts';
import { openFile } from './open-file.ts';
import styles from './task-list.module.css';
import { TaskBar } from './task-progress.tsx';
import { isUnfinished, resultFileId, tasksKey } from './use-task.ts';

/** Tasks under each other: name, progress, the file or the reason, and a way to stop. */
export function TaskList({ tasks }: { tasks: readonly TaskView[] }) {
  return (
    <ul className={styles.list}>
      {tasks.map((task) => (
        <li key={task.id} className={styles.row}>
          <div className={styles.head}>
            <span className={styles.title}>{task.title}</span>
            <TaskActions task={task} />
          </div>
          {task.state === 'done' ? null : <TaskBar task={task} />}
          <div className="muted">
            {instantText(task.createdAt)} 开始
            {task.finishedAt === null ? '' : ` · ${instantText(task.finishedAt)} 结束`}
          </div>
        </li>
      ))}
    </ul>
  );
}

function TaskActions({ task }: { task: TaskView }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const say = (error: unknown) => message.error(errorText(error));
  const cancel = useMutation({
    mutationFn: () => call(cancelTask, { params: { id: task.id } }),
    onError: say,
    onSettled: () => queries.invalidateQueries({ queryKey: tasksKey }),
  });
  const fileId = resultFileId(task);
  if (fileId !== undefined) {
    return (
      <Button size="small" icon={<DownloadOutlined />} onClick={() => openFile(fileId).catch(say)}>
        下载
      </Button>
    );
  }
  if (!isUnfinished(task)) return null;
  return (
    <Popconfirm
      title="停止这个任务？"
      description="已处理的部分会保留。"
      okText="停止任务"
      onConfirm={() => cancel.mutate()}
    >
      <Button size="small" loading={cancel.isPending}>
        停止
      </Button>
    </Popconfirm>
  );
}
