import type { OpenShift } from '@anlin/contract';
import { Badge, Button, Popover, Table, type TableColumnsType } from 'antd';
import { instantText, MoneyText } from '../../resource-ui/index.ts';

interface OpenShiftsButtonProps {
  rows: readonly OpenShift[];
  /** Missing for who may only look. */
  onCloseFor: ((one: OpenShift) => void) | undefined;
}

/** Who still holds money, how much and since when; with the right, the shift is closed for them from here. */
export function OpenShiftsButton({ rows, onCloseFor }: OpenShiftsButtonProps) {
  if (rows.length === 0) return null;
  const overdue = rows.filter((one) => one.isOverdue).length;
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={overdue > 0 ? `未交班，其中 ${overdue} 个超过 24 小时` : '未交班'}
      content={
        <Table<OpenShift>
          size="small"
          rowKey={(one) => `${one.communityId} ${one.staffId}`}
          columns={columnsOf(onCloseFor)}
          dataSource={rows}
          pagination={{ pageSize: 8, hideOnSinglePage: true }}
          style={{ width: 620 }}
        />
      }
    >
      <Badge count={overdue} size="small">
        <Button>{`未交班 ${rows.length}`}</Button>
      </Badge>
    </Popover>
  );
}

function columnsOf(onCloseFor: OpenShiftsButtonProps['onCloseFor']): TableColumnsType<OpenShift> {
  return [
    { title: '收银员', dataIndex: 'staffName', width: 90, ellipsis: true },
    { title: '小区', dataIndex: 'communityName', ellipsis: true },
    {
      title: '最早一笔',
      width: 140,
      render: (_, one) => (
        <span className={one.isOverdue ? 'negative figures' : 'figures'}>{instantText(one.since)}</span>
      ),
    },
    { title: '笔数', dataIndex: 'count', width: 60, align: 'right' },
    { title: '应交', width: 110, align: 'right', render: (_, one) => <MoneyText yuan={one.expected} /> },
    ...(onCloseFor
      ? [
          {
            title: '操作',
            width: 76,
            render: (_: unknown, one: OpenShift) => (
              <Button type="link" size="small" onClick={() => onCloseFor(one)}>
                {one.isOwn ? '交班' : '代交班'}
              </Button>
            ),
          },
        ]
      : []),
  ];
}
