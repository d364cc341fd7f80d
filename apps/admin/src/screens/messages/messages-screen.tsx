import type { MessageView } from '@anlin/contract';
import { Alert, Badge, Button, Empty, type TableColumnType } from 'antd';
import { errorText } from '../../api/api.ts';
import { useMessages } from '../../messages/use-messages.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, FilterRow, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';

/** A person's own inbox: everything they were told, with the way to what it tells of. */
export default function MessagesScreen() {
  const address = useFilterAddress(['state', 'kind']);
  const { values, set, page, pageSize } = address;
  const state = values.state === 'unread' ? 'unread' : 'all';
  const { data, error, isFetching, open, readAll } = useMessages({ page, pageSize, state, kind: values.kind });
  return (
    <PageFrame
      isFilling
      help="系统告诉您的事：任务完成、收据被撤销等。点一条即标为已读，并打开相关页面。"
      extra={
        <Button disabled={(data?.unread ?? 0) === 0} loading={readAll.isPending} onClick={() => readAll.mutate()}>
          全部已读
        </Button>
      }
    >
      <div className={styles.page}>
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <ChoiceFilter
            label="状态"
            width={120}
            value={values.state}
            options={[{ id: 'unread', name: '只看未读' }]}
            onChange={(value) => set({ state: value })}
          />
          <ChoiceFilter
            label="类型"
            width={150}
            value={values.kind}
            options={(data?.kinds ?? []).map(({ kind, name }) => ({ id: kind, name }))}
            onChange={(kind) => set({ kind })}
          />
        </FilterRow>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <TotalsBar count={error ? null : data?.total} noun="条消息" />
        <PagedTable<MessageView>
          label="消息"
          rowKey={(row) => row.id}
          columns={columns(new Map((data?.kinds ?? []).map(({ kind, name }) => [kind, name])))}
          rows={data?.rows}
          total={data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={isFetching && data === undefined}
          empty={
            <Empty
              description={address.isFiltered ? '没有符合条件的消息' : '还没有消息。任务完成、收据被撤销等会通知您'}
            />
          }
          onPage={address.setPage}
          onOpen={open}
        />
      </div>
    </PageFrame>
  );
}

const columns = (names: ReadonlyMap<string, string>): TableColumnType<MessageView>[] => [
  { title: '时间', width: 150, render: (_, row) => instantText(row.createdAt) },
  { title: '类型', width: 130, ellipsis: true, render: (_, row) => names.get(row.kind) ?? row.kind },
  {
    title: '内容',
    width: 460,
    ellipsis: true,
    render: (_, row) =>
      row.readAt === null ? <Badge status="processing" text={<b>{row.title}</b>} /> : <span>{row.title}</span>,
  },
  { title: '说明', width: 420, ellipsis: true, dataIndex: 'body' },
];
