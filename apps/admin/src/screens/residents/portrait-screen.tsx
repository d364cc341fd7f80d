import {
  type EndpointReply,
  type PaymentHabit,
  paymentHabitRows,
  paymentHabits,
  residentPortrait,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Col, Drawer, Empty, Progress, Row, Skeleton, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';

type Portrait = EndpointReply<typeof residentPortrait>;
type Part = Portrait['ages'][number];

const pageSize = 50;

/** Who lives here and how they pay; every figure opens the rows behind it (EST-10). */
export default function PortraitScreen() {
  const { id: communityId } = useCommunity();
  const { go } = useAddress();
  const [habit, setHabit] = useState<PaymentHabit>();
  const { data, error } = useQuery({
    queryKey: ['resident', 'portrait', communityId],
    queryFn: ({ signal }) => call(residentPortrait, { query: { communityId }, signal }),
  });
  const openResidents = ({ filter }: Part) =>
    go('/estate/residents', { community: communityId, filter: filter ?? undefined });
  const cards: [string, string, Part[], ((part: Part) => void) | undefined][] = data
    ? [
        ['住户身份', '一人住两套房计两人次', data.roles, openResidents],
        ['年龄', '按今天的周岁，每人计一次', data.ages, openResidents],
        ['性别', '每人计一次', data.sexes, openResidents],
        ['户籍类型', '每人计一次', data.householdTypes, openResidents],
        [
          '缴费习惯（房屋）',
          '看最近 12 个月开始、且已过缴费期限的账单；按最后一次收款日判断是否逾期',
          data.habits,
          (part) => setHabit(part.key as PaymentHabit),
        ],
      ]
    : [];
  return (
    <PageFrame help="在住住户的构成和房屋的缴费习惯。点数字看对应的名单。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active paragraph={{ rows: 10 }} /> : null}
      {data ? (
        <Flexed>
          <Typography.Text>
            在住 <b className="figures">{groupThousands(String(data.people))}</b> 人，
            <b className="figures">{groupThousands(String(data.stays))}</b> 人次
          </Typography.Text>
          <Row gutter={[16, 16]}>
            {cards
              .filter(([, , parts]) => parts.length > 0)
              .map(([title, help, parts, open]) => (
                <Col key={title} xs={24} md={12} xl={8}>
                  <PortraitCard title={title} help={help} parts={parts} open={open} />
                </Col>
              ))}
          </Row>
        </Flexed>
      ) : null}
      {habit === undefined ? null : (
        <HabitDrawer habit={habit} communityId={communityId} onClose={() => setHabit(undefined)} />
      )}
    </PageFrame>
  );
}

function Flexed({ children }: { children: React.ReactNode }) {
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {children}
    </Space>
  );
}

interface PortraitCardProps {
  title: string;
  help: string;
  parts: readonly Part[];
  open: ((part: Part) => void) | undefined;
}

function PortraitCard({ title, help, parts, open }: PortraitCardProps) {
  const sum = parts.reduce((total, part) => total + part.count, 0);
  return (
    <Card size="small" title={title} style={{ height: '100%' }}>
      <Typography.Paragraph type="secondary" style={{ fontSize: 12, marginBottom: 8 }}>
        {help}
      </Typography.Paragraph>
      {parts.map((part) => {
        const share = sum === 0 ? 0 : Math.round((part.count / sum) * 100);
        const isOpenable = part.count > 0 && open !== undefined && (part.filter !== null || part.key in paymentHabits);
        return (
          <div
            key={part.key}
            style={{ display: 'grid', gridTemplateColumns: '108px 1fr 92px', gap: 8, alignItems: 'center' }}
          >
            <span>{part.label}</span>
            <Progress percent={share} showInfo={false} size="small" aria-label={`${part.label} ${share}%`} />
            <span style={{ textAlign: 'end' }} className="figures">
              {isOpenable ? (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(part)}>
                  {groupThousands(String(part.count))}
                </Button>
              ) : (
                groupThousands(String(part.count))
              )}
              <span className="muted"> {share}%</span>
            </span>
          </div>
        );
      })}
    </Card>
  );
}

interface HabitDrawerProps {
  habit: PaymentHabit;
  communityId: string | undefined;
  onClose: () => void;
}

function HabitDrawer({ habit, communityId, onClose }: HabitDrawerProps) {
  const { go } = useAddress();
  const [page, setPage] = useState(1);
  const query = { communityId, habit, page, pageSize };
  const { data, error, isPending } = useQuery({
    queryKey: ['resident', 'habit', query],
    queryFn: ({ signal }) => call(paymentHabitRows, { query, signal }),
  });
  return (
    <Drawer open size={760} title={`${paymentHabits[habit]}的房屋`} onClose={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table
        size="small"
        rowKey="houseId"
        loading={isPending}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: <Empty description="没有这样的房屋" /> }}
        pagination={{ current: page, pageSize, total: data?.total ?? 0, showSizeChanger: false, onChange: setPage }}
        columns={[
          {
            title: '房屋',
            render: (_, row) => (
              <Button
                type="link"
                size="small"
                style={{ padding: 0 }}
                onClick={() => go('/estate/houses/file', { id: row.houseId })}
              >
                {row.houseLabel}
              </Button>
            ),
          },
          { title: '小区', dataIndex: 'communityLabel' },
          { title: '业主', dataIndex: 'ownerName' },
          { title: '逾期账单', dataIndex: 'lateBills', align: 'end', width: 90 },
          { title: '欠费月数', dataIndex: 'arrearsMonths', align: 'end', width: 90 },
          { title: '未收', align: 'end', width: 120, render: (_, row) => <MoneyText yuan={row.outstanding} /> },
        ]}
      />
    </Drawer>
  );
}
