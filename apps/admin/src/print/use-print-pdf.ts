import { type EndpointArguments, printPdf } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { call, errorText } from '../api/api.ts';
import { openFile } from '../tasks/open-file.ts';
import { useNoticeTask } from '../tasks/use-task.ts';

/** Prints to PDF: one document opens at once, several arrive in the download centre. */
export function usePrintPdf(onDone?: () => void) {
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  return useMutation({
    mutationFn: (body: EndpointArguments<typeof printPdf>['body']) => call(printPdf, { body }),
    onSuccess: async ({ fileId, count }) => {
      onDone?.();
      if (fileId !== null) return openFile(fileId);
      message.success(`正在把 ${count} 份打印为一个 PDF，完成后会提醒您，也可在右上角“任务与下载”里找到`);
      noticeTask();
    },
    onError: (error) => message.error(errorText(error)),
  });
}
