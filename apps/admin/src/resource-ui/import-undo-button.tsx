import { undoImport } from '@anlin/contract';
import { UndoOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { call, errorText } from '../api/api.ts';
import { useNoticeTask } from '../tasks/use-task.ts';

interface ImportUndoButtonProps {
  id: string;
  added: number;
  updated: number;
  size?: 'small' | 'middle';
  onStarted?: () => void;
}

const figure = (count: number) => count.toLocaleString('zh-CN');

/** Takes an import back as one action; says before what will happen and to how many rows. */
export function ImportUndoButton({ id, added, updated, size = 'middle', onStarted }: ImportUndoButtonProps) {
  const queries = useQueryClient();
  const noticeTask = useNoticeTask();
  const { message } = App.useApp();
  const undo = useMutation({
    mutationFn: () => call(undoImport, { params: { id } }),
    onError: (error: unknown) => void message.error(errorText(error)),
    onSuccess: () => {
      noticeTask();
      onStarted?.();
    },
    onSettled: () =>
      queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('import') }),
  });
  const what = [
    added > 0 ? `删除它新增的 ${figure(added)} 行` : '',
    updated > 0 ? `把它修改的 ${figure(updated)} 行还原到导入之前` : '',
  ];
  return (
    <Popconfirm
      title="撤销这次导入？"
      description={
        <div style={{ maxWidth: 320 }}>
          {`将${what.filter((one) => one !== '').join('，')}，连同一起新建的住户、标签等。如果之后有账单、绑定、修改等依赖这些数据，则什么都不会撤销，并说明原因。`}
        </div>
      }
      okText="撤销导入"
      cancelText="不撤销"
      okButtonProps={{ danger: true }}
      onConfirm={() => undo.mutate()}
    >
      <Button
        danger
        size={size}
        type={size === 'small' ? 'link' : 'default'}
        icon={size === 'small' ? undefined : <UndoOutlined />}
        loading={undo.isPending}
      >
        {size === 'small' ? '撤销' : '撤销这次导入'}
      </Button>
    </Popconfirm>
  );
}
