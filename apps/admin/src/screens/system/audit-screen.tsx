import { type AuditView, listAudit } from '@anlin/contract';
import { SafetyCertificateOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Drawer, Empty, Table, type TableColumnType, Tooltip } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, FilterRow, RangeFilter, SearchFilter, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';
import { actionText, type ChangedField, changedFields, targetKindText } from './audit-words.ts';

const filterKeys = ['q', 'action', 'from', 'to', 'targetId'];
const commonActions = [
  'receipt.take',
  'receipt.reverse',
  'receipt.print',
  'bill.raise',
  'standardBinding.create',
  'house.create',
  'house.update',
  'house.delete',
  'house.handOver',
  'house.import.finish',
  'occupancy.moveIn',
  'occupancy.moveOut',
  'resident.edit',
  'resident.revealPhone',
  'resident.revealIdCard',
  'resident.openDocument',
  'resident.merge',
  'resident.erase',
  'moveInApplication.approve',
  'moveInApplication.reject',
  'chargeItem.create',
  'chargeItem.update',
  'income.export',
  'chargeLedger.export',
  'approval.request',
  'approval.approve',
  'approval.reject',
  'session.signIn',
  'session.changePassword',
];

/** PLT-12: who did what, when and from where, with before and after; sealed so that a change would be noticed. */
export default function AuditScreen() {
  const address = useFilterAddress(filterKeys);
  const { values, set, page, pageSize } = address;
  const [opened, setOpened] = useState<AuditView>();
  const query = { ...values, page, pageSize };
  const { data, error, isFetching } = useQuery({
    queryKey: ['audit', query],
    queryFn: ({ signal }) => call(listAudit, { query, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <PageFrame isFilling help="谁在什么时候做了什么。只能看，不能改；每条记录一分钟内封印，改动会被核对命令发现。">
      <div className={styles.page}>
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <SearchFilter hint="姓名、对象" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
          <RangeFilter
            label="日期"
            unit="day"
            from={values.from}
            to={values.to}
            onChange={(from, to) => set({ from, to })}
          />
          <ChoiceFilter
            label="操作"
            width={150}
            value={values.action}
            options={commonActions.map((action) => ({ id: action, name: actionText(action) }))}
            onChange={(action) => set({ action })}
          />
        </FilterRow>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <TotalsBar count={error ? null : data?.total} noun="条操作" />
        <PagedTable<AuditView>
          label="操作日志"
          rowKey={(row) => row.id}
          columns={columns}
          rows={data?.rows}
          total={data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={isFetching}
          empty={<Empty description={address.isFiltered ? '没有符合条件的操作，请放宽筛选' : '还没有操作'} />}
          onPage={address.setPage}
          onOpen={setOpened}
        />
      </div>
      <Drawer
        title={opened ? `${actionText(opened.action)} ${opened.targetLabel}` : ''}
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={720}
      >
        {opened ? <AuditDetail entry={opened} onSameTarget={() => showSameTarget(opened)} /> : null}
      </Drawer>
    </PageFrame>
  );

  function showSameTarget({ targetId }: AuditView) {
    setOpened(undefined);
    set({ q: undefined, action: undefined, from: undefined, to: undefined, targetId: targetId ?? undefined });
  }
}

const text = (title: string, width: number, read: (row: AuditView) => string): TableColumnType<AuditView> => ({
  title,
  width,
  ellipsis: true,
  render: (_, row) => read(row),
});

const columns: TableColumnType<AuditView>[] = [
  text('时间', 140, (row) => instantText(row.at)),
  text('操作人', 110, (row) => row.actorName),
  text('操作', 130, (row) => actionText(row.action)),
  text('对象', 220, (row) => row.targetLabel || targetKindText(row.targetKind)),
  text('小区', 130, (row) => row.communityLabel ?? ''),
  text('来源地址', 130, (row) => row.ip),
  {
    title: '封印',
    width: 90,
    render: (_, row) =>
      row.sequence === null ? (
        <span className="muted">待封印</span>
      ) : (
        <Tooltip title="已写入封印链，改动会被“npm run verify”发现">
          <span className="figures">
            <SafetyCertificateOutlined /> {row.sequence}
          </span>
        </Tooltip>
      ),
  },
];

function AuditDetail({ entry, onSameTarget }: { entry: AuditView; onSameTarget: () => void }) {
  const rows = changedFields(entry);
  return (
    <>
      <Descriptions
        size="small"
        column={2}
        bordered
        items={[
          { label: '时间', children: instantText(entry.at) },
          { label: '操作人', children: entry.actorName },
          { label: '对象', children: `${targetKindText(entry.targetKind)} ${entry.targetLabel}` },
          { label: '小区', children: entry.communityLabel ?? '—' },
          { label: '来源地址', children: entry.ip || '—' },
          { label: '封印序号', children: entry.sequence ?? '待封印' },
        ]}
      />
      {entry.targetId ? (
        <p>
          <Button type="link" style={{ padding: 0 }} onClick={onSameTarget}>
            看这个对象的全部操作
          </Button>
        </p>
      ) : null}
      <h3>变化</h3>
      <Table<ChangedField>
        size="small"
        rowKey="field"
        pagination={false}
        dataSource={rows}
        locale={{ emptyText: '这次操作没有字段变化' }}
        columns={[
          { title: '字段', dataIndex: 'field', width: 150 },
          {
            title: '之前',
            dataIndex: 'before',
            render: (was: string, row) => (row.isChanged && was ? <del className="negative">{was}</del> : was),
          },
          { title: '之后', dataIndex: 'after', render: (is: string, row) => (row.isChanged ? <b>{is}</b> : is) },
        ]}
      />
    </>
  );
}
