import { printStatement, readStatement } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { PageFrame, ReferenceSelect } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { FilterRow, RangeFilter, useFilterAddress } from './finance-filters.tsx';
import { StatementLinkDialog } from './statement-link-dialog.tsx';
import { StatementLinksDrawer } from './statement-links-drawer.tsx';
import { StatementView } from './statement-view.tsx';

const filterKeys = ['residentId', 'houseId', 'from', 'to', 'of'];

/** FIN-8: what an owner owed, paid and owes; on paper, or by a link the owner opens. */
export default function StatementScreen() {
  const can = useCan();
  const { message } = App.useApp();
  const { id: communityId } = useCommunity();
  const { values, set } = useFilterAddress(filterKeys);
  const [isSharing, setSharing] = useState(false);
  const [isListing, setListing] = useState(false);
  const isHouse = values.of === 'house';
  const from = values.from ?? dayjs().startOf('year').format('YYYY-MM-DD');
  const to = values.to ?? dayjs().format('YYYY-MM-DD');
  const subject = isHouse ? { houseId: values.houseId } : { residentId: values.residentId, communityId };
  const isChosen = (isHouse ? values.houseId : values.residentId) !== undefined;
  const asked = { ...subject, from, to };
  const statement = useQuery({
    queryKey: ['statement', asked],
    queryFn: ({ signal }) => call(readStatement, { query: asked, signal }),
    enabled: isChosen,
  });
  const print = () => {
    const query = new URLSearchParams(Object.entries(asked).flatMap(([key, one]) => (one ? [[key, one]] : [])));
    const page = window.open(`${printStatement.path}?${query}`, '_blank');
    if (!page) message.warning('浏览器拦截了新窗口，请允许弹出窗口后再打印');
    else page.addEventListener('load', () => page.print());
  };
  return (
    <PageFrame
      help="一位业主（或一套房屋的现业主）在一段时间里：期初欠多少、应收多少、付了多少、还欠多少，每张账单怎么算。"
      extra={
        <>
          {can('statement.share') ? <Button onClick={() => setListing(true)}>已发链接</Button> : null}
          <Button disabled={!statement.data} onClick={print}>
            打印或存为 PDF
          </Button>
          {can('statement.share') ? (
            <Button type="primary" disabled={!statement.data} onClick={() => setSharing(true)}>
              发给业主
            </Button>
          ) : null}
        </>
      }
    >
      <FilterRow>
        <Segmented
          aria-label="按业主或房屋"
          value={isHouse ? 'house' : 'owner'}
          options={[
            { value: 'owner', label: '按业主' },
            { value: 'house', label: '按房屋' },
          ]}
          onChange={(next) => set({ of: next === 'house' ? 'house' : undefined })}
        />
        {isHouse ? (
          <ReferenceSelect
            key="house"
            to="house"
            aria-label="房屋"
            placeholder="输入房号查找"
            style={{ width: 240 }}
            communityId={communityId}
            value={values.houseId ?? null}
            onChange={(next) => set({ houseId: next ?? undefined })}
          />
        ) : (
          <ReferenceSelect
            key="resident"
            to="resident"
            aria-label="业主"
            placeholder="输入姓名查找"
            style={{ width: 240 }}
            communityId={communityId}
            value={values.residentId ?? null}
            onChange={(next) => set({ residentId: next ?? undefined })}
          />
        )}
        <RangeFilter
          label="日期"
          unit="day"
          from={from}
          to={to}
          onChange={(first, last) => set({ from: first, to: last })}
        />
      </FilterRow>
      {statement.error ? (
        <Alert type="warning" showIcon style={{ marginTop: 12 }} title={errorText(statement.error)} />
      ) : null}
      {!isChosen ? <Empty style={{ marginTop: 48 }} description="请选择一位业主或一套房屋" /> : null}
      {isChosen && statement.isPending && !statement.error ? <Skeleton active style={{ marginTop: 12 }} /> : null}
      {statement.data && !statement.error ? <StatementView statement={statement.data} /> : null}
      {isSharing ? <StatementLinkDialog asked={asked} onClose={() => setSharing(false)} /> : null}
      {isListing ? <StatementLinksDrawer onClose={() => setListing(false)} /> : null}
    </PageFrame>
  );
}
