import { billResource, fileLink, getBillHistory, type ResourceRow, takeBackWaiver } from '@anlin/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Skeleton, Space, Timeline } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { BillBasis } from './bill-basis.tsx';
import { BillLateFee } from './bill-late-fee.tsx';
import { BillReasonDialog } from './bill-reason-dialog.tsx';

/** The calculation in a sentence, and everything that happened to the bill. */
export default function BillHistory({ bill }: { bill: ResourceRow }) {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [takingBack, setTakingBack] = useState<string>();
  const { data, error } = useQuery({
    queryKey: [billResource.name, 'history', bill.id],
    queryFn: ({ signal }) => call(getBillHistory, { params: { id: bill.id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Alert
        type="info"
        title="怎么算的"
        description={<div style={{ whiteSpace: 'pre-line', fontSize: 15 }}>{data.sentence}</div>}
      />
      <BillBasis bill={bill} basis={data.basis} tax={data.tax} />
      <section aria-label="违约金">
        <h4 style={headingStyle}>违约金</h4>
        <BillLateFee bill={bill} />
      </section>
      <h4 style={headingStyle}>经过</h4>
      <Timeline
        items={data.history.map((one, index) => ({
          key: index,
          content: (
            <>
              <div>
                {one.what} {one.amount === null ? null : <MoneyText yuan={one.amount} />}
              </div>
              {one.detail === '' ? null : <div>{one.detail}</div>}
              <div className="muted">
                {instantText(one.at)} {one.who}
                <OpenButton link={one.link} communityId={bill.communityId} />
                {one.takesBackId !== null && can('bill.waive') ? (
                  <Button type="link" size="small" onClick={() => setTakingBack(one.takesBackId!)}>
                    撤回减免
                  </Button>
                ) : null}
              </div>
            </>
          ),
        }))}
      />
      {takingBack === undefined ? null : (
        <BillReasonDialog
          title="撤回这笔减免？"
          text="撤回后账单重新欠这笔钱，减免和撤回都留在记录里。"
          label="撤回原因"
          okText="撤回减免"
          onClose={() => setTakingBack(undefined)}
          submit={async (reason) => {
            const { outstanding } = await call(takeBackWaiver, { params: { id: takingBack }, body: { reason } });
            message.success(`已撤回，账单现欠 ${outstanding} 元`);
            await queries.invalidateQueries({ queryKey: [billResource.name] });
          }}
        />
      )}
    </Space>
  );
}

const headingStyle = { margin: '0 0 4px' };

type Link = { kind: 'receipt' | 'refund' | 'approval' | 'file'; id: string } | null;

const pages = {
  receipt: { path: '/cashier/receipts', permission: 'receipt.view', word: '打开收据' },
  refund: { path: '/cashier/refunds', permission: 'receipt.view', word: '打开退款' },
  approval: { path: '/approvals', permission: null, word: '打开审批' },
} as const;

function OpenButton({ link, communityId }: { link: Link; communityId: ResourceRow['communityId'] }) {
  const can = useCan();
  const { go } = useAddress();
  if (link === null) return null;
  if (link.kind === 'file') return <FileButton id={link.id} />;
  const { path, permission, word } = pages[link.kind];
  if (permission !== null && !can(permission)) return null;
  return (
    <Button type="link" size="small" onClick={() => go(path, { community: communityId, id: link.id })}>
      {word}
    </Button>
  );
}

function FileButton({ id }: { id: string }) {
  const { message } = App.useApp();
  const open = async () => {
    try {
      const { url } = await call(fileLink, { params: { id } });
      window.open(url, '_blank', 'noopener');
    } catch (problem) {
      message.error(errorText(problem));
    }
  };
  return (
    <Button type="link" size="small" onClick={() => void open()}>
      打开文件
    </Button>
  );
}
