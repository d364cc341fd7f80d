import type { TaskView } from '@anlin/contract';
import { BellOutlined, DownloadOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { errorText } from '../api/api.ts';
import styles from './download-centre.module.css';
import { openFile } from './open-file.ts';
import { isUnfinished, resultFileId, useTasks } from './use-task.ts';

const TasksDrawer = lazy(() => import('./tasks-drawer.tsx'));

/** The bell in the top bar: how many tasks run, their progress, and the files they made. */
export function DownloadCentre() {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useTasks({ isWatching: isOpen });
  useFinishedNotices(data);
  const running = data?.filter(isUnfinished).length ?? 0;
  return (
    <>
      <Tooltip title={running === 0 ? '任务与下载' : `${running} 个任务进行中`}>
        <Button
          type="text"
          className={styles.bell ?? ''}
          aria-label={running === 0 ? '任务与下载' : `任务与下载，${running} 个进行中`}
          icon={<BellOutlined />}
          onClick={() => setOpen(true)}
        >
          {running === 0 ? null : <span className={styles.count}>{running}</span>}
        </Button>
      </Tooltip>
      <Suspense>{isOpen ? <TasksDrawer tasks={data} error={error} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}

/** Tells once about every task that ended while the person was here. */
function useFinishedNotices(tasks: readonly TaskView[] | undefined): void {
  const { notification, message } = App.useApp();
  const unfinished = useRef(new Set<string>());
  useEffect(() => {
    for (const task of tasks ?? []) {
      if (isUnfinished(task)) unfinished.current.add(task.id);
      else if (unfinished.current.delete(task.id)) announce(task);
    }
    function announce(task: TaskView) {
      const fileId = resultFileId(task);
      const key = `task-${task.id}`;
      if (task.state === 'failed') {
        notification.error({ key, title: `${task.title}没有完成`, description: task.error, duration: 0 });
      }
      if (task.state !== 'done') return;
      notification.success({
        key,
        title: `${task.title}已完成`,
        ...(fileId === undefined
          ? {}
          : {
              actions: (
                <Button
                  type="primary"
                  icon={<DownloadOutlined />}
                  onClick={() => {
                    notification.destroy(key);
                    openFile(fileId).catch((error) => message.error(errorText(error)));
                  }}
                >
                  下载
                </Button>
              ),
            }),
      });
    }
  }, [tasks, notification, message]);
}
