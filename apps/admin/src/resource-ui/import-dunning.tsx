import { chooseDunning, type DunningChoice, type ImportView } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { useCan } from '../session/session-context.ts';

const SendDunningDialog = lazy(() => import('../screens/dunning/send-dunning-dialog.tsx'));

const answers: Readonly<Record<DunningChoice, string>> = { now: '现在催缴', later: '以后再说' };

/** Asks whether the bills that came in are to be dunned at once; whoever says so sees whom it reaches, and sends. */
export function ImportDunning({ view, onShowList }: { view: ImportView; onShowList: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const maySend = useCan()('dunning.send');
  const [isSending, setSending] = useState(false);
  const choose = useMutation({
    mutationFn: (choice: DunningChoice) => call(chooseDunning, { params: { id: view.id }, body: { choice } }),
    onError: (error: unknown) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['import', 'bill', view.id] }),
  });
  const answer = (choice: DunningChoice) => (choice === 'now' && maySend ? setSending(true) : choose.mutate(choice));
  return (
    <>
      <Alert
        type="info"
        showIcon
        title={view.dunning === null ? '导入的欠费现在催缴吗？' : `已选择：${answers[view.dunning]}`}
        description="选择会记在这次导入上。以后要催缴，请到“催缴”中发送，或在账单列表中勾选欠费的账单。"
        action={
          <Space>
            {(Object.keys(answers) as DunningChoice[])
              .filter((choice) => choice !== view.dunning)
              .map((choice) => (
                <Button
                  key={choice}
                  size="small"
                  loading={choose.isPending && choose.variables === choice}
                  onClick={() => answer(choice)}
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
      {isSending ? (
        <Suspense>
          <SendDunningDialog
            selection={{ by: 'import', ids: [view.id] }}
            onClose={(isStarted) => {
              setSending(false);
              if (isStarted) choose.mutate('now');
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
