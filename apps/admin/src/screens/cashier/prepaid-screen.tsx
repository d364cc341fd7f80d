import { offsetCommunity, prepaidAccountResource, type ResourceRow } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage, useNoticeTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { HoldingTabs, prepaidLists } from './holding-tabs.tsx';

const HoldingHistory = lazy(() => import('./holding-history.tsx'));
const MovePrepaidDialog = lazy(() => import('./move-prepaid-dialog.tsx'));
const OffsetDialog = lazy(() => import('./offset-dialog.tsx'));
const GiveBackDialog = lazy(() => import('./give-back-dialog.tsx'));

type Doing = { what: 'move' | 'offset' | 'giveBack'; row: ResourceRow };

const hasMoney = (row: ResourceRow) => Number(row.balance) > 0;
const hasPaid = (row: ResourceRow) => Number(row.paid) > 0;

/** 预存款: what is in the accounts of houses and parking spaces, and what can be done with it. */
export default function PrepaidScreen() {
  const can = useCan();
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const mayRefund = can('receipt.refund');
  const actions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    const button = (what: Doing['what'], label: string) => (
      <Button {...look} onClick={() => setDoing({ what, row })}>
        {label}
      </Button>
    );
    return (
      <Space size={place === 'list' ? 0 : 8}>
        {can('prepaid.offset') && hasMoney(row) ? button('offset', '冲抵') : null}
        {can('prepaid.move') && hasPaid(row) ? button('move', '转移') : null}
        {mayRefund && hasPaid(row) ? button('giveBack', '退款') : null}
      </Space>
    );
  };
  return (
    <>
      <ResourcePage
        definition={prepaidAccountResource}
        tabs={<HoldingTabs label="预存列表" lists={prepaidLists} />}
        help="房屋、车位、车辆预存在物业的钱。在收银台“收预存”存入；自动冲抵在“小区”中设置。"
        searchHint="房号、车位号、车牌"
        emptyHint="还没有预存款。在收银台“收预存”后会出现在这里"
        rowActions={actions}
        actionsWidth={180}
        toolbar={() => (can('prepaid.offset') ? <OffsetAllButton /> : null)}
        detail={[
          {
            key: 'movements',
            label: '变动明细',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <HoldingHistory of="prepaid" id={row.id} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {doing?.what === 'move' ? <MovePrepaidDialog row={doing.row} onClose={close} /> : null}
        {doing?.what === 'offset' ? <OffsetDialog row={doing.row} onClose={close} /> : null}
        {doing?.what === 'giveBack' ? <GiveBackDialog of="prepaid" row={doing.row} onClose={close} /> : null}
      </Suspense>
    </>
  );
}

/** Offsets every house and parking space of the chosen community. */
function OffsetAllButton() {
  const { message, modal } = App.useApp();
  const { id: communityId } = useCommunity();
  const noticeTask = useNoticeTask();
  const start = useMutation({
    mutationFn: (community: string) => call(offsetCommunity, { body: { communityId: community, bills: 'current' } }),
    onSuccess: () => {
      noticeTask();
      message.success('已开始冲抵，进度和结果见右上角“下载中心”');
    },
    onError: (error) => message.error(errorText(error)),
  });
  const ask = () => {
    if (!communityId) {
      message.info('请先在页面顶部选择一个小区');
      return;
    }
    modal.confirm({
      title: '用预存款冲抵整个小区的账单？',
      content:
        '有预存款又有欠费的房屋、车位和车辆，从最早的当期及往期账单起，够付一整张（含违约金）的冲抵，各开一张收据。',
      okText: '开始冲抵',
      cancelText: '取消',
      onOk: () => start.mutateAsync(communityId).catch(() => {}),
    });
  };
  return (
    <Button loading={start.isPending} onClick={ask}>
      冲抵整个小区
    </Button>
  );
}
