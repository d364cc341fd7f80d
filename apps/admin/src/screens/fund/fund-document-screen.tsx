import { fundDocumentResource, type ResourceRow, reverseFundDocument } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { fundKeys, fundLists } from './fund-tabs.ts';

/** The ledger of the community's fund: each paying in, interest, use and reversal. */
export default function FundDocumentScreen() {
  const mayReverse = useCan()('maintenanceFund.reverse');
  const [row, setRow] = useState<ResourceRow>();
  return (
    <>
      <ResourcePage
        definition={fundDocumentResource}
        tabs={<HoldingTabs label="维修资金" lists={fundLists} />}
        help="每一次归集、结息、使用和冲回。使用为负数。"
        emptyHint="还没有收支"
        rowActions={(one, place) =>
          mayReverse && !one.isReversed && one.kind !== 'reversal' ? (
            <Button
              danger
              {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
              onClick={() => setRow(one)}
            >
              冲回
            </Button>
          ) : null
        }
        actionsWidth={90}
      />
      {row ? <ReverseDialog row={row} onClose={() => setRow(undefined)} /> : null}
    </>
  );
}

function ReverseDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const reverse = useMutation({
    mutationFn: () => call(reverseFundDocument, { params: { id: row.id }, body: { reason, idempotencyKey } }),
    onSuccess: async () => {
      message.success('已冲回');
      for (const key of fundKeys) await queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={440}
      title={`冲回 ${groupThousands(String(row.total))} 元`}
      okText="冲回"
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: reverse.isPending }}
      onOk={() => reverse.mutate()}
      onCancel={onClose}
    >
      <p className="muted">各户账户记一笔相反的变动；拨付冲回后，使用方案回到“表决通过”。</p>
      <Input.TextArea
        aria-label="冲回原因"
        placeholder="冲回原因（必填）"
        maxLength={200}
        autoSize={{ minRows: 2, maxRows: 4 }}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      {reverse.error ? <Alert type="error" showIcon title={errorText(reverse.error)} /> : null}
    </Modal>
  );
}
