import { type DeskAccount, getDeskAccount, listPaymentMethods, type PaymentMethodView } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Dropdown, type InputRef, Skeleton } from 'antd';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { usePersonMemory } from '../../memory/use-person-memory.ts';
import { useCan } from '../../session/session-context.ts';
import { BillsGrid } from './bills-grid.tsx';
import styles from './cashier.module.css';
import { type Collected, emptyForm, type PaymentForm, useCollect } from './collect.ts';
import { CollectedCard } from './collected-card.tsx';
import { sumYuan, workOutTenders } from './desk-money.ts';
import type { DeskTargetRef } from './desk-target.ts';
import { PaymentPanel } from './payment-panel.tsx';
import { RecentReceipts } from './recent-receipts.tsx';
import { ReverseDialog } from './reverse-dialog.tsx';
import { openSlip, readPaper, useSlipPapers } from './slip-paper.ts';
import { TargetCard } from './target-card.tsx';

interface DeskProps {
  target: DeskTargetRef;
  onOpen: (target: DeskTargetRef) => void;
  /** Puts the focus back into the search box. */
  onNext: () => void;
  /** Just chosen by the person, rather than come with the address. */
  isFresh: boolean;
}

/** One house or parking space at the counter: loads its account and hands it to the desk. */
export function Desk({ target, onOpen, onNext, isFresh }: DeskProps) {
  const [asOf, setAsOf] = useState<string>();
  const [included, setIncluded] = useState<string[]>([]);
  const account = useQuery({
    queryKey: ['cashier', 'account', target.id, asOf, included],
    queryFn: () =>
      call(getDeskAccount, {
        query: {
          targetKind: target.kind,
          targetId: target.id,
          asOf,
          include: included.length === 0 ? undefined : included.join(','),
        },
      }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const error = account.error ?? methods.error;
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!account.data || !methods.data) return <Skeleton active paragraph={{ rows: 8 }} />;
  return (
    <OpenDesk
      account={account.data}
      methods={methods.data.rows.filter((one) => one.source === 'money')}
      included={included}
      isFresh={isFresh}
      onInclude={setIncluded}
      onAsOf={(day) => setAsOf(day)}
      onOpen={onOpen}
      onNext={onNext}
    />
  );
}

interface OpenDeskProps extends Omit<DeskProps, 'target'> {
  account: DeskAccount;
  methods: readonly PaymentMethodView[];
  included: readonly string[];
  onInclude: (ids: string[]) => void;
  onAsOf: (day: string) => void;
}

/** Bills that are of this month or before. */
const isCurrent = (account: DeskAccount) => (bill: DeskAccount['bills'][number]) => bill.periodFrom <= account.today;

function OpenDesk({ account, methods, included, isFresh, onInclude, onAsOf, onOpen, onNext }: OpenDeskProps) {
  const { message } = App.useApp();
  const can = useCan();
  const [remembered, setPaper] = usePersonMemory('cashier.paper', readPaper);
  const papers = useSlipPapers(account.target.communityId);
  // A template of another community, or one that was deleted, gives way to the community's own.
  const paper = papers.some(({ value }) => value === remembered) ? remembered : 'auto';
  const [form, setForm] = useState<PaymentForm>(() => emptyForm(account, methods));
  // What the person decided; bills not decided on are ticked when they are of this month or before.
  const [decided, setDecided] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [collected, setCollected] = useState<Collected>();
  const [isReversing, setReversing] = useState(false);
  const grid = useRef<HTMLDivElement>(null);
  const money = useRef<InputRef>(null);
  useFocusOnce(isFresh, grid);

  const bills = account.bills.filter((bill) => decided.get(bill.id) ?? isCurrent(account)(bill));
  const total = sumYuan(bills.map((bill) => bill.toPay));
  const isCash = (id: string) => methods.some((method) => method.id === id && method.isCash);
  const tendering = workOutTenders({ total, rows: form.rows, cashTendered: form.cashTendered, isCash });
  const print = (id: string) => {
    if (!openSlip(id, paper)) message.warning('浏览器拦截了打印窗口，请允许本站弹出窗口后再点打印');
  };
  const { collect, isCollecting, problem, clearProblem } = useCollect(account, (done) => {
    setCollected(done);
    onNext();
    if (paper !== 'none' && can('receipt.print')) print(done.id);
  });

  const tickOnly = (isWanted: (bill: DeskAccount['bills'][number]) => boolean) => {
    setDecided(new Map(account.bills.map((bill) => [bill.id, isWanted(bill)])));
    grid.current?.focus();
  };
  const tick = (ids: readonly string[], isTicked: boolean) => {
    setDecided(new Map([...decided, ...ids.map((id) => [id, isTicked] as const)]));
    clearProblem();
  };
  const mayCollect = can('cashier.collect');
  const submit = () => {
    if (mayCollect && !collected && bills.length > 0 && tendering.problem === '')
      collect({ bills, total, form, tendering });
  };
  useDeskKeys([
    ['F3', () => tickOnly(isCurrent(account))],
    ['F4', () => tickOnly(() => true)],
    ['F9', submit],
    ['F10', () => (collected && can('receipt.print') ? print(collected.id) : undefined)],
  ]);

  const items = [...new Map(account.bills.map((bill) => [bill.chargeItemId, bill.chargeItemName]))];
  return (
    <div className={styles.desk}>
      <div className={styles.left}>
        <TargetCard account={account} included={included} onInclude={onInclude} onOpen={onOpen} />
        <div className={styles.ticks}>
          <Button size="small" onClick={() => tickOnly(isCurrent(account))}>
            当期及往期 <kbd>F3</kbd>
          </Button>
          <Button size="small" onClick={() => tickOnly(() => true)}>
            全部 <kbd>F4</kbd>
          </Button>
          <Dropdown
            trigger={['click']}
            menu={{
              items: items.map(([key, label]) => ({ key, label })),
              onClick: ({ key }) => tickOnly((bill) => bill.chargeItemId === key),
            }}
          >
            <Button size="small">按项目</Button>
          </Dropdown>
          <Button size="small" onClick={() => tickOnly(() => false)}>
            清空
          </Button>
          <span className="muted">
            共 {account.bills.length} 笔未收；↑↓ 移动，空格勾选，回车去付款
            {account.asOf === account.today ? '' : `；违约金算到 ${account.asOf}`}
          </span>
        </div>
        <BillsGrid
          ref={grid}
          bills={account.bills}
          ticked={new Set(bills.map((bill) => bill.id))}
          hasSeveralTargets={included.length > 0}
          onTick={tick}
          onDone={() => money.current?.focus({ cursor: 'all' })}
        />
        <RecentReceipts receipts={account.receipts} />
      </div>
      {collected ? (
        <CollectedCard
          collected={collected}
          mayPrint={can('receipt.print')}
          mayReverse={can('receipt.reverse')}
          onPrint={() => print(collected.id)}
          onReverse={() => setReversing(true)}
          onNext={onNext}
        />
      ) : (
        <PaymentPanel
          ref={money}
          total={total}
          lateFee={sumYuan(bills.map((bill) => bill.lateFee))}
          count={bills.length}
          methods={methods}
          form={form}
          onForm={(patch) => {
            setForm({ ...form, ...patch });
            if (patch.receivedOn !== undefined) onAsOf(patch.receivedOn);
            clearProblem();
          }}
          tendering={tendering}
          today={account.today}
          paper={paper}
          papers={papers}
          onPaper={setPaper}
          isCollecting={isCollecting}
          problem={problem}
          mayCollect={mayCollect}
          onCollect={submit}
        />
      )}
      {collected && isReversing ? (
        <ReverseDialog
          receipt={collected}
          onClose={() => setReversing(false)}
          onReversed={() => {
            setReversing(false);
            setCollected(undefined);
          }}
        />
      ) : null}
    </div>
  );
}

/** After a person chose a house the grid takes the focus, so that Enter goes on. */
function useFocusOnce(isWanted: boolean, element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (isWanted) element.current?.focus();
  }, [isWanted, element]);
}

function useDeskKeys(keys: readonly (readonly [key: string, act: () => void])[]): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = current.current.find(([key]) => key === event.key)?.[1];
      if (!act || event.repeat) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
