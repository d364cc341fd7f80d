import { Alert, Card, Empty, Skeleton } from 'antd';
import { errorText } from '../../api/api.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { TaskList } from '../../tasks/task-list.tsx';
import { useTasks } from '../../tasks/use-task.ts';

/** My tasks on a page of their own: the address to send to somebody or to keep open while work runs. */
export default function TasksScreen() {
  const { data, error } = useTasks({ isWatching: true });
  return (
    <PageFrame help="您发起的导出、导入等较久的操作。关闭页面不影响它们，完成后在这里下载结果。">
      <Card styles={{ body: { padding: '4px 20px' } }}>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {!data && !error ? <Skeleton active style={{ padding: '16px 0' }} /> : null}
        {data?.length === 0 ? <Empty style={{ padding: 40 }} description="还没有任务。在任一列表点“导出”试试" /> : null}
        {data ? <TaskList tasks={data} /> : null}
      </Card>
    </PageFrame>
  );
}
