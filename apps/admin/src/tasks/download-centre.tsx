import type { TaskView } from '@anlin/contract';
import { BellOutlined, DownloadOutlined } from '@ant-design/icons';
import { Alert, App, Badge, Button, Drawer, Empty, Skeleton, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { errorText } from '../api/api.ts';
import { openFile } from './open-file.ts';
import { TaskList } from './task-list.tsx';
import { isUnfinished, resultFileId, useTasks } from './use-task.ts';

/** The bell in the top bar: how many tasks run, their progress, and the files they made. */
export function DownloadCentre() {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useTasks({ isWatching: isOpen });
  useFinishedNotices(data);
  const running = data?.filter(isUnfinished).length ?? 0;
  return (
    <>
      <Tooltip title={running === 0 ? '任务与下载' : `${running} 个任务进行中`}>
        <Badge count={running} size="small" offset={[-6, 6]}>
          <Button type="text" aria-label="任务与下载" icon={<BellOutlined />} onClick={() => setOpen(true)} />
        </Badge>
      </Tooltip>
      <Drawer title="任务与下载" open={isOpen} onClose={() => setOpen(false)} size={420}>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {!data && !error ? <Skeleton active /> : null}
        {data?.length === 0 ? (
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description="还没有任务。导出、导入、生成账单等较久的操作会出现在这里"
          />
        ) : null}
        {data ? <TaskList tasks={data} /> : null}
      </Drawer>
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
