import { chooseDunning, type DunningChoice, type ImportView } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space } from 'antd';
import { call, errorText } from '../api/api.ts';

const answers: Readonly<Record<DunningChoice, string>> = { now: '现在催缴', later: '以后再说' };

/** Asks whether the bills that came in are to be dunned at once; the answer can be changed. */
export function ImportDunning({ view, onShowList }: { view: ImportView; onShowList: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (choice: DunningChoice) => call(chooseDunning, { params: { id: view.id }, body: { choice } }),
    onError: (error: unknown) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['import', 'bill', view.id] }),
  });
  return (
    <Alert
      type="info"
      showIcon
      title={view.dunning === null ? '导入的欠费现在催缴吗？' : `已选择：${answers[view.dunning]}`}
      description="选择会记在这次导入上。要打印催缴单，请在账单列表中勾选欠费的账单。"
      action={
        <Space>
          {(Object.keys(answers) as DunningChoice[])
            .filter((choice) => choice !== view.dunning)
            .map((choice) => (
              <Button
                key={choice}
                size="small"
                loading={choose.isPending && choose.variables === choice}
                onClick={() => choose.mutate(choice)}
              >
                {answers[choice]}
              </Button>
            ))}
          <Button size="small" type="link" onClick={onShowList}>
            查看账单列表
          </Button>
        </Space>
      }
    />
  );
}
