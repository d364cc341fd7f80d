import { cancelTask, type ImportKindName, type ImportView } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Space } from 'antd';
import { call, errorText } from '../api/api.ts';
import { TaskProgress } from '../tasks/task-progress.tsx';
import { ImportUndoButton } from './import-undo-button.tsx';
import styles from './import-wizard.module.css';
import { useImportSteps } from './use-import.ts';

interface ImportRunningProps {
  kind: ImportKindName;
  view: ImportView;
  onLeave: () => void;
}

const runningText: Readonly<Partial<Record<ImportView['state'], string>>> = {
  checking: '正在逐行检查，还没有写入任何数据',
  importing: '正在导入',
  undoing: '正在撤销。全部撤销，或者什么都不动',
};

/** The task at work, or what stopped it. The page may be left and opened again. */
export function ImportRunning({ kind, view, onLeave }: ImportRunningProps) {
  const { run } = useImportSteps(kind, view.id);
  if (view.state === 'stopped') {
    return (
      <>
        <Alert
          type="warning"
          showIcon
          title="导入没有做完"
          description={`${view.error ?? '任务已停止'}。已写入的行有效；继续导入会从停下的地方接着做，不会重复。`}
        />
        <Space>
          <Button type="primary" loading={run.isPending} onClick={() => run.mutate({ policy: view.duplicatePolicy })}>
            继续导入
          </Button>
          <Button onClick={onLeave}>换一个文件</Button>
          {view.isUndoable ? (
            <ImportUndoButton id={view.id} added={view.counts.added} updated={view.counts.updated} />
          ) : null}
        </Space>
      </>
    );
  }
  return (
    <div className={styles.running}>
      <h2 className={styles.subtitle}>{runningText[view.state]}</h2>
      {view.taskId === null ? null : <TaskProgress taskId={view.taskId} />}
      <p className="muted">可以离开这个页面，工作会继续；在下载中心能看到进度，回到这个地址能看到结果。</p>
      {view.taskId === null || view.state === 'undoing' ? null : (
        <StopButton taskId={view.taskId} kind={kind} importId={view.id} />
      )}
    </div>
  );
}

function StopButton({ taskId, kind, importId }: { taskId: string; kind: ImportKindName; importId: string }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => call(cancelTask, { params: { id: taskId } }),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['import', kind, importId] }),
  });
  return (
    <Popconfirm
      title="停止？"
      description="已写入的行会保留，之后可以继续。"
      okText="停止"
      onConfirm={() => stop.mutate()}
    >
      <Button loading={stop.isPending}>停止</Button>
    </Popconfirm>
  );
}
