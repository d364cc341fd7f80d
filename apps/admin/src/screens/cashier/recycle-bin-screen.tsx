import {
  type BinKind,
  type BinRow,
  billResource,
  binKinds,
  listRecycleBin,
  purgeFromBin,
  reopenBinding,
  restoreBills,
  restoreReceipt,
  standardBindingResource,
} from '@anlin/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Popconfirm, Segmented, Space, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { BillReasonDialog } from '../charging/bill-reason-dialog.tsx';
import styles from './receipts.module.css';

const pageSize = 50;
const restorePermission = {
  receipt: 'receipt.void',
  bill: 'bill.void',
  standardBinding: 'standardBinding.edit',
} as const;
const restoreText: Record<BinKind, string> = {
  receipt: '收据和它的账单一起恢复，恢复记在今天。账单的账期又生成过、欠款变少或预存款不够时不能恢复。',
  bill: '账单恢复应收。它的账期又生成过时不能恢复。',
  standardBinding: '绑定恢复为没有结束日期，以后继续生成账单。同一项目已有别的绑定时不能恢复。',
};

function isKind(text: string | undefined): text is BinKind {
  return text !== undefined && Object.hasOwn(binKinds, text);
}

/** 回收站: voided receipts and bills and ended bindings; brought back, or removed from view. */
export default function RecycleBinScreen() {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const kind: BinKind = isKind(search.kind) ? search.kind : 'receipt';
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const [chosen, setChosen] = useState<string[]>([]);
  const [restoring, setRestoring] = useState<BinRow>();
  const query = { kind, page, pageSize, communityId, q: search.q };
  const list = useQuery({
    queryKey: ['recycleBin', query],
    queryFn: ({ signal }) => call(listRecycleBin, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const refresh = () =>
    Promise.all(
      ['recycleBin', 'receipts', 'cashier', billResource.name, standardBindingResource.name].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
  const purge = async () => {
    try {
      const { purgedCount } = await call(purgeFromBin, { body: { kind, ids: chosen } });
      message.success(`已清除 ${purgedCount} 项，账目不受影响`);
      setChosen([]);
      await refresh();
    } catch (problem) {
      message.error(errorText(problem));
    }
  };
  const restore = async (row: BinRow, reason: string) => {
    const params = { id: row.id };
    if (kind === 'receipt') await call(restoreReceipt, { params, body: { reason } });
    else if (kind === 'bill') await call(restoreBills, { body: { ids: [row.id], reason } });
    else await call(reopenBinding, { params, body: { reason } });
    message.success(`“${row.label}”已恢复`);
    await refresh();
  };
  const mayRestore = can(restorePermission[kind]);
  const mayPurge = can('recycleBin.purge');
  return (
    <PageFrame
      isFilling
      help="作废的收据、作废的账单、结束的绑定都在这里，可以恢复。清除只是不再显示，账目和记录都保留。"
    >
      <div className={styles.filters}>
        <Segmented
          value={kind}
          options={Object.entries(binKinds).map(([value, label]) => ({ value, label }))}
          onChange={(next) => {
            setChosen([]);
            change({ kind: String(next), page: undefined });
          }}
        />
        <Input.Search
          key={search.q}
          allowClear
          placeholder="收据号、项目、房号"
          defaultValue={search.q}
          onSearch={(q) => change({ q: q.trim() || undefined, page: undefined })}
          className={styles.q ?? ''}
        />
        {mayPurge && chosen.length > 0 ? (
          <Popconfirm
            title={`清除所选 ${chosen.length} 项？`}
            description="清除后回收站不再显示，也不能在这里恢复；账目保留。"
            okText="清除"
            cancelText="取消"
            onConfirm={() => void purge()}
          >
            <Button danger>清除 {chosen.length} 项</Button>
          </Popconfirm>
        ) : null}
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <Table<BinRow>
          size="small"
          rowKey="id"
          sticky
          scroll={{ x: 1000 }}
          loading={list.isPending}
          dataSource={list.data?.rows ?? []}
          columns={columns(kind, mayRestore ? setRestoring : null)}
          locale={{ emptyText: <Empty description="回收站是空的" /> }}
          {...(mayPurge
            ? {
                rowSelection: { selectedRowKeys: chosen, onChange: (keys: React.Key[]) => setChosen(keys.map(String)) },
              }
            : {})}
          pagination={{
            current: page,
            pageSize,
            total: list.data?.total ?? 0,
            showSizeChanger: false,
            onChange: (next) => change({ page: String(next) }),
          }}
        />
      </div>
      {restoring ? (
        <BillReasonDialog
          title={`恢复“${restoring.label}”？`}
          text={restoreText[kind]}
          label="恢复原因"
          okText="恢复"
          onClose={() => setRestoring(undefined)}
          submit={(reason) => restore(restoring, reason)}
        />
      ) : null}
    </PageFrame>
  );
}

const labels: Record<BinKind, string> = { receipt: '收据号', bill: '账单', standardBinding: '绑定' };

function columns(kind: BinKind, onRestore: ((row: BinRow) => void) | null): TableColumnsType<BinRow> {
  return [
    { title: labels[kind], dataIndex: 'label', width: 260 },
    { title: '房屋', dataIndex: 'targetName', width: 150 },
    { title: '小区', dataIndex: 'communityName', width: 120 },
    ...(kind === 'standardBinding'
      ? []
      : [
          {
            title: '金额',
            width: 110,
            align: 'right' as const,
            render: (_: unknown, row: BinRow) => (row.amount === null ? null : <MoneyText yuan={row.amount} />),
          },
        ]),
    { title: kind === 'standardBinding' ? '备注' : '原因', dataIndex: 'reason', ellipsis: true },
    { title: '时间', width: 150, render: (_, row) => instantText(row.at) },
    ...(kind === 'standardBinding' ? [] : [{ title: '经办人', dataIndex: 'who', width: 100 }]),
    ...(onRestore === null
      ? []
      : [
          {
            title: '操作',
            width: 80,
            render: (_: unknown, row: BinRow) => (
              <Space>
                <Button type="link" size="small" onClick={() => onRestore(row)}>
                  恢复
                </Button>
              </Space>
            ),
          },
        ]),
  ];
}
