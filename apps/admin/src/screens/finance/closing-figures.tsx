import { type BookFigures, incomeChoices, type JournalAccount, journalAccounts } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Table } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import styles from './closing.module.css';

const JournalDrawer = lazy(() =>
  import('../accounting/journal-drawer.tsx').then((module) => ({ default: module.JournalDrawer })),
);

type Line = readonly [label: string, key: keyof BookFigures, isPart?: 'part'];

const groups: readonly (readonly [heading: string, lines: readonly Line[]])[] = [
  [
    '收款',
    [
      ['收款净额', 'income'],
      ['账单本金', 'principal', 'part'],
      ['违约金', 'lateFee', 'part'],
      ['预存', 'prepaid', 'part'],
      ['押金', 'deposit', 'part'],
      ['其他收入', 'other', 'part'],
      ['退款', 'refunded'],
      ['撤销', 'reversed'],
    ],
  ],
  [
    '账单',
    [
      ['入账账单', 'raised'],
      ['优惠', 'discount'],
      ['减免', 'waiver'],
      ['减免违约金', 'lateFeeWaiver'],
      ['预存冲抵', 'prepaidUsed'],
      ['押金冲抵', 'depositUsed'],
      ['预存赠送', 'prepaidBonus'],
    ],
  ],
  [
    '期末余额',
    [
      ['应收余额', 'receivableBalance'],
      ['预存余额', 'prepaidBalance'],
      ['押金余额', 'depositBalance'],
    ],
  ],
];

/** Where the rows behind a figure stand: in the income detail, narrowed so, or in the journal of an account. */
type Behind = Readonly<Record<string, string>> | JournalAccount;

const behind: Partial<Record<keyof BookFigures, Behind>> = {
  income: {},
  refunded: { kind: 'refund' },
  reversed: { kind: 'reversal' },
  prepaidUsed: { source: 'prepaid' },
  depositUsed: { source: 'deposit' },
  lateFee: 'lateFeeIncome',
  prepaid: 'prepaid',
  deposit: 'deposit',
  other: 'otherIncome',
  raised: 'income',
  discount: 'discount',
  waiver: 'waiver',
  prepaidBonus: 'prepaidBonus',
  receivableBalance: 'receivable',
  prepaidBalance: 'prepaid',
  depositBalance: 'deposit',
};
const beginning = '2000-01-01';

/** Opens the rows behind a figure of these days in a community, as far as the person may see them. */
function useRowsBehind({ firstDay, lastDay }: BookFigures, communityId: string | undefined) {
  const can = useCan();
  const { go } = useAddress();
  const [account, setAccount] = useState<{ key: JournalAccount; from: string }>();
  const mayIncome = communityId !== undefined && can('income.view');
  const mayJournal = communityId !== undefined && can('trialBalance.view');
  const { data: choices } = useQuery({
    queryKey: ['income-choices', communityId],
    queryFn: ({ signal }) => call(incomeChoices, { query: { communityId }, signal }),
    staleTime: 60_000,
    enabled: mayIncome,
  });
  const openIncome = (narrowed: Readonly<Record<string, string>>) =>
    go('/finance/income', {
      community: communityId,
      ...(firstDay === null ? {} : { from: firstDay }),
      to: lastDay,
      ...narrowed,
    });
  return {
    account,
    close: () => setAccount(undefined),
    ofFigure(key: keyof BookFigures): (() => void) | undefined {
      const where = behind[key];
      if (where === undefined) return;
      if (typeof where !== 'string') return mayIncome ? () => openIncome(where) : undefined;
      // A balance is all there ever was.
      const from = key.endsWith('Balance') ? beginning : (firstDay ?? beginning);
      return mayJournal ? () => setAccount({ key: where, from }) : undefined;
    },
    ofAccount: (key: string) =>
      mayJournal && key in journalAccounts
        ? () => setAccount({ key: key as JournalAccount, from: firstDay ?? beginning })
        : undefined,
    ofMethod(name: string) {
      const id = choices?.methods.find((one) => one.name === name)?.id;
      return mayIncome && id !== undefined ? () => openIncome({ paymentMethodId: id }) : undefined;
    },
  };
}

const opening = (open: (() => void) | undefined) =>
  open ? { onClick: open, style: { cursor: 'pointer' }, title: '点开看单据' } : {};

interface ClosingFiguresProps {
  figures: BookFigures;
  /** Of whose closing these are, where the rows behind can be opened. */
  communityId?: string | undefined;
}

/** The figures of a closing: what came in and by which method, what was given up, and the balance of every account. */
export function ClosingFigures({ figures, communityId }: ClosingFiguresProps) {
  const rows = useRowsBehind(figures, communityId);
  const amount = (title: string, key: string) => ({
    title,
    align: 'right' as const,
    render: (_: unknown, row: object) => <MoneyText yuan={String((row as Record<string, unknown>)[key])} />,
  });
  return (
    <>
      <div className={styles.groups}>
        {groups.map(([heading, lines]) => (
          <dl key={heading} className={styles.group}>
            <div className={styles.heading}>
              {heading === '收款' ? `收款（收据 ${figures.receiptCount} 张）` : heading}
            </div>
            {lines.map(([label, key, isPart]) => (
              <div key={label} className={`${styles.row} ${isPart ? styles.part : ''}`}>
                <dt>{isPart ? `其中${label}` : label}</dt>
                <dd>
                  <Figure yuan={String(figures[key])} onOpen={rows.ofFigure(key)} />
                </dd>
              </div>
            ))}
          </dl>
        ))}
      </div>
      <h4>按支付方式</h4>
      <Table
        size="small"
        aria-label="按支付方式"
        pagination={false}
        rowKey="name"
        dataSource={figures.methods}
        onRow={(row) => opening(rows.ofMethod(row.name))}
        locale={{ emptyText: '没有收款' }}
        columns={[
          { title: '支付方式', dataIndex: 'name' },
          amount('收款', 'received'),
          amount('退回', 'returned'),
          amount('净额', 'net'),
          { title: '笔数', align: 'right', dataIndex: 'count' },
        ]}
      />
      <h4>科目发生额和余额</h4>
      <Table
        size="small"
        aria-label="科目"
        pagination={false}
        rowKey="account"
        dataSource={figures.accounts}
        onRow={(row) => opening(rows.ofAccount(row.account))}
        locale={{ emptyText: '没有发生额' }}
        columns={[
          { title: '科目', dataIndex: 'name' },
          amount('借方', 'debit'),
          amount('贷方', 'credit'),
          amount('期末余额（贷方为负）', 'balance'),
        ]}
      />
      <Suspense>
        {rows.account ? (
          <JournalDrawer
            account={{ key: rows.account.key, name: journalAccounts[rows.account.key] }}
            range={{ communityId, from: rows.account.from, to: figures.lastDay }}
            onClose={rows.close}
          />
        ) : null}
      </Suspense>
    </>
  );
}

function Figure({ yuan, onOpen }: { yuan: string; onOpen: (() => void) | undefined }) {
  if (!onOpen) return <MoneyText yuan={yuan} />;
  return (
    <button type="button" className={styles.figure} title="点开看单据" onClick={onOpen}>
      <MoneyText yuan={yuan} />
    </button>
  );
}
