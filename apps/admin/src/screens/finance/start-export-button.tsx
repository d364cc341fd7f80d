import { ExportOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Tooltip } from 'antd';
import { errorText } from '../../api/api.ts';
import { useNoticeTask } from '../../tasks/use-task.ts';

/** Starts an export of what the filter shows; the file arrives in the download centre. */
export function StartExportButton({
  total,
  start,
  label = '导出',
  hint,
}: {
  total: number | undefined;
  start: () => Promise<unknown>;
  label?: string;
  /** Instead of how many rows it will be. */
  hint?: string;
}) {
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const exporting = useMutation({
    mutationFn: start,
    onSuccess: () => {
      message.success('已开始导出，完成后会提醒您，也可在右上角“任务与下载”里找到');
      noticeTask();
    },
    onError: (error) => message.error(errorText(error)),
  });
  return (
    <Tooltip title={hint ?? (total === undefined ? undefined : `导出当前筛选的 ${total.toLocaleString('zh-CN')} 条`)}>
      <Button
        icon={<ExportOutlined />}
        loading={exporting.isPending}
        disabled={total === 0}
        onClick={() => exporting.mutate()}
      >
        {label}
      </Button>
    </Tooltip>
  );
}
