import type { TaskView } from '@anlin/contract';
import { Alert, Drawer, Empty, Skeleton } from 'antd';
import { errorText } from '../api/api.ts';
import { TaskList } from './task-list.tsx';

interface TasksDrawerProps {
  tasks: readonly TaskView[] | undefined;
  error: Error | null;
  onClose: () => void;
}

export default function TasksDrawer({ tasks, error, onClose }: TasksDrawerProps) {
  return (
    <Drawer title="任务与下载" open onClose={onClose} size={420}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!tasks && !error ? <Skeleton active /> : null}
      {tasks?.length === 0 ? (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description="还没有任务。导出、导入、生成账单等较久的操作会出现在这里"
        />
      ) : null}
      {tasks ? <TaskList tasks={tasks} /> : null}
    </Drawer>
  );
}
