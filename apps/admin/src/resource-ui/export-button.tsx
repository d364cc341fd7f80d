import { exportEndpoint, type ResourceDefinition } from '@anlin/contract';
import { ExportOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Tooltip } from 'antd';
import { call, errorText } from '../api/api.ts';
import { useNoticeTask } from '../tasks/use-task.ts';

interface ExportButtonProps {
  definition: ResourceDefinition;
  /** The list as it is filtered and sorted now. */
  query: {
    sort?: string | undefined;
    q?: string | undefined;
    communityId?: string | undefined;
    filter?: string | undefined;
  };
  /** Keys of the columns shown, in their order. */
  columns: string[];
  total: number | undefined;
}

/** Starts the export of what the list's filter shows; the file arrives in the download centre (PLT-10). */
export function ExportButton({ definition, query, columns, total }: ExportButtonProps) {
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const endpoint = exportEndpoint(definition);
  const start = useMutation({
    mutationFn: async () => endpoint && call(endpoint, { body: { ...query, columns } }),
    onSuccess: () => {
      message.success('已开始导出，完成后会提醒您，也可在右上角“任务与下载”里找到');
      noticeTask();
    },
    onError: (error) => message.error(errorText(error)),
  });
  if (!endpoint) return null;
  return (
    <Tooltip title={total === undefined ? undefined : `导出当前筛选的 ${total.toLocaleString('zh-CN')} 条`}>
      <Button icon={<ExportOutlined />} loading={start.isPending} disabled={total === 0} onClick={() => start.mutate()}>
        导出
      </Button>
    </Tooltip>
  );
}
