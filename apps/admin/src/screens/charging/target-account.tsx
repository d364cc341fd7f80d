import {
  billStates,
  getHouseAccount,
  getParkingSpaceAccount,
  getVehicleAccount,
  type TargetAccount,
  type TargetKind,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Collapse, Empty, Skeleton, Space, Statistic, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { writeTargetRef } from '../cashier/desk-target.ts';
import { AdvanceDialog } from './advance-dialog.tsx';
import { OneOffDialog } from './one-off-dialog.tsx';
import styles from './target-account.module.css';

type Month = TargetAccount['months'][number];
type AccountBill = Month['bills'][number];

const stateColors: Record<string, string> = { due: 'orange', partlyPaid: 'blue', paid: 'green', waived: 'cyan' };

const endpoints = { house: getHouseAccount, parkingSpace: getParkingSpaceAccount, vehicle: getVehicleAccount } as const;

/** What a house, parking space or vehicle owes, month by month, each bill with the sentence of its calculation. */
export function TargetAccountTab({ kind, id, label }: { kind: TargetKind; id: string; label: string }) {
  const can = useCan();
  const { go, search } = useAddress();
  const [charging, setCharging] = useState<'advance' | 'oneOff'>();
  const endpoint = endpoints[kind];
  const { data, error } = useQuery({
    queryKey: ['bill', 'account', kind, id],
    queryFn: ({ signal }) => call(endpoint, { params: { id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  const { community } = search;
  const close = () => setCharging(undefined);
  const owing = data.months.filter((month) => month.outstanding !== '0.00').map((month) => month.month);
  return (
    <>
      {charging === 'advance' ? <AdvanceDialog kind={kind} id={id} label={label} onClose={close} /> : null}
      {charging === 'oneOff' ? <OneOffDialog kind={kind} id={id} label={label} onClose={close} /> : null}
      <div className={styles.head}>
        <Statistic title="未收合计（元）" value={groupThousands(data.outstanding)} />
        <Statistic
          title="其中逾期（元）"
          value={groupThousands(data.overdue)}
          {...(data.overdue === '0.00' ? {} : { styles: { content: { color: 'var(--ant-color-error)' } } })}
        />
        <Statistic title="账单（张）" value={data.billCount} />
        <Space className={styles.actions ?? ''}>
          <Button onClick={() => go('/charging/bills', { community, q: label })}>账单列表</Button>
          {can('bill.charge') ? (
            <>
              <Button onClick={() => setCharging('oneOff')}>临时收费</Button>
              <Button onClick={() => setCharging('advance')}>预收</Button>
            </>
          ) : null}
          {can('cashier.collect') ? (
            <Button
              type="primary"
              disabled={data.outstanding === '0.00'}
              onClick={() => go('/cashier/desk', { community, desk: writeTargetRef({ kind, id }) })}
            >
              去收款
            </Button>
          ) : null}
        </Space>
      </div>
      {data.months.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有账单" />
      ) : (
        <Collapse
          size="small"
          defaultActiveKey={owing.length > 0 ? owing.slice(0, 3) : data.months.slice(0, 1).map(({ month }) => month)}
          items={data.months.map((month) => ({
            key: month.month,
            label: month.month,
            extra: <MonthSums month={month} />,
            children: month.bills.map((bill) => (
              <BillLine
                key={bill.id}
                bill={bill}
                isOther={bill.targetLabel !== label}
                onOpen={() => go('/charging/bills', { community, id: bill.id })}
              />
            )),
          }))}
        />
      )}
    </>
  );
}

function MonthSums({ month }: { month: Month }) {
  return (
    <span className="figures">
      <span className="muted">应收</span> {groupThousands(month.receivable)} <span className="muted">未收</span>{' '}
      {month.outstanding === '0.00' ? '0.00' : <b>{groupThousands(month.outstanding)}</b>}
    </span>
  );
}

function BillLine({ bill, isOther, onOpen }: { bill: AccountBill; isOther: boolean; onOpen: () => void }) {
  return (
    <div className={styles.line}>
      <span>
        <Button type="link" size="small" className={styles.open ?? ''} onClick={onOpen}>
          {bill.chargeItemLabel}
        </Button>{' '}
        <Tag color={stateColors[bill.state] ?? ''}>{billStates[bill.state]}</Tag>
        {bill.formerOwner === '' ? null : <Tag>原业主 {bill.formerOwner}</Tag>}
        <span className="muted">
          {isOther ? `${bill.targetLabel}，` : ''}
          {bill.dueOn} 前缴
        </span>
      </span>
      <MoneyText yuan={bill.receivable} />
      <span className={styles.sentence}>{bill.sentence}</span>
    </div>
  );
}
