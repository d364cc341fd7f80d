import {
  type DeskAccount,
  getDeskAccount,
  listPaymentMethods,
  listPaymentWays,
  type OfferedDiscount,
  type PaymentMethodView,
  suggestOffers,
} from '@anlin/contract';
import { formatYuan, maxFen, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, App, type InputRef, Skeleton } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { usePersonMemory } from '../../memory/use-person-memory.ts';
import { useCan } from '../../session/session-context.ts';
import { BillsGrid } from './bills-grid.tsx';
import styles from './cashier.module.css';
import { type Collected, emptyForm, type PaymentForm, useCollect } from './collect.ts';
import { CollectedCard } from './collected-card.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useDeskKeys, useFocusOnce, useOnceCollected } from './desk-keys.ts';
import { sumYuan, workOutTenders } from './desk-money.ts';
import {
  type DeskEdits,
  type DeskLine,
  type DeskPlan,
  holdingsOf,
  isPlain,
  noEdits,
  planReceipt,
  tickedTogether,
} from './desk-plan.ts';
import type { DeskTargetRef } from './desk-target.ts';
import { byItem, isCurrent, Ticks } from './desk-ticks.tsx';
import { DiscountDialog } from './discount-dialog.tsx';
import { LineDialog } from './line-dialog.tsx';
import { onlineReceipt } from './online-receipt.ts';
import { PaymentPanel } from './payment-panel.tsx';
import { RecentReceipts } from './recent-receipts.tsx';
import { ReverseDialog } from './reverse-dialog.tsx';
import { openSlip, readPaper, useSlipPapers } from './slip-paper.ts';
import { TargetCard } from './target-card.tsx';

const OnlinePaymentDialog = lazy(() => import('./online-payment-dialog.tsx'));

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
      methods={methods.data.rows}
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

function OpenDesk({ account, methods, included, isFresh, onInclude, onAsOf, onOpen, onNext }: OpenDeskProps) {
  const { message } = App.useApp();
  const can = useCan();
  const [remembered, setPaper] = usePersonMemory('cashier.paper', readPaper);
  const [isByItem, setByItem] = usePersonMemory('cashier.byItem', (stored) => stored === true);
  const [isSplit, setSplit] = usePersonMemory('cashier.split', (stored) => stored === true);
  const papers = useSlipPapers(account.target.communityId);
  // A template of another community, or one that was deleted, gives way to the community's own.
  const paper = papers.some(({ value }) => value === remembered) ? remembered : 'auto';
  const [form, setForm] = useState<PaymentForm>(() => emptyForm(account, methods));
  const [edits, setEdits] = useState<DeskEdits>(noEdits);
  // What the person decided; bills not decided on are ticked when they are of this month or before.
  const [decided, setDecided] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [collected, setCollected] = useState<Collected>();
  const [dialog, setDialog] = useState<'reverse' | 'discount' | 'confirm' | 'online' | DeskLine['kind']>();
  const grid = useRef<HTMLDivElement>(null);
  const money = useRef<InputRef>(null);
  useFocusOnce(isFresh, grid);

  const bills = account.bills.filter((bill) => decided.get(bill.id) ?? isCurrent(account)(bill));
  const offered = useOffers(account, bills, edits, form.receivedOn);
  const plan = planReceipt(account, bills, edits, offered);
  const { lines, total, tendering, keepable } = withChange(account, plan, edits, form, methods);
  const print = (id: string) => {
    if (!openSlip(id, paper, isSplit)) message.warning('浏览器拦截了打印窗口，请允许本站弹出窗口后再点打印');
  };
  const finish = (done: Collected) => {
    setDialog(undefined);
    setCollected(done);
    // What was decided about this receipt is no plan for what is left.
    setEdits(noEdits);
    if (paper !== 'none' && can('receipt.print')) print(done.id);
  };
  const { collect, isCollecting, problem, clearProblem } = useCollect(account, finish);
  const hasChannel = useHasChannel(account);
  const online = onlineReceipt(plan, lines, total, form.receivedOn === account.today);
  const change = (patch: Partial<DeskEdits>) => {
    setEdits({ ...edits, ...patch });
    clearProblem();
  };

  const tickOnly = (isWanted: (bill: DeskAccount['bills'][number]) => boolean) => {
    const ids = account.bills.filter(isWanted).map((bill) => bill.id);
    const wanted = new Set(tickedTogether(account, ids, true));
    setDecided(new Map(account.bills.map((bill) => [bill.id, wanted.has(bill.id)])));
    grid.current?.focus();
  };
  const tick = (ids: readonly string[], isTicked: boolean) => {
    setDecided(new Map([...decided, ...tickedTogether(account, ids, isTicked).map((id) => [id, isTicked] as const)]));
    clearProblem();
  };
  const mayCollect = can('cashier.collect');
  const isReady =
    mayCollect && !collected && plan.totalFen > zeroFen && plan.problem === '' && tendering.problem === '';
  const write = () => collect({ plan, edits, lines, total, form, tendering });
  const submit = () => {
    if (!isReady || isCollecting) return;
    const isWithheld = bills.some((bill) => bill.withheldIn !== '');
    if (isPlain(plan, tendering.tenders.length) && lines.length === 0 && !isWithheld) write();
    else setDialog('confirm');
  };
  useOnceCollected(collected?.id, onNext);
  const keys: [string, () => void][] = [
    ['F3', () => tickOnly(isCurrent(account))],
    ['F4', () => tickOnly(() => true)],
    ['F7', () => (bills.length > 0 && !collected ? setDialog('discount') : undefined)],
    ['F8', () => (collected || account.rules.refusesOverpayment ? undefined : setDialog('topUp'))],
    ['F9', () => (dialog === 'confirm' ? write() : submit())],
    [
      'Shift+F9',
      () => (mayCollect && hasChannel && !collected && typeof online !== 'string' ? setDialog('online') : undefined),
    ],
    ['F10', () => (collected && can('receipt.print') ? print(collected.id) : undefined)],
  ];
  useDeskKeys(keys, dialog === 'confirm' ? ['F9'] : []);

  return (
    <div className={styles.desk}>
      <div className={styles.left}>
        <TargetCard account={account} included={included} onInclude={onInclude} onOpen={onOpen} />
        <Ticks account={account} isByItem={isByItem} onByItem={setByItem} onTickOnly={tickOnly} />
        <BillsGrid
          ref={grid}
          bills={isByItem ? byItem(account.bills) : account.bills}
          ticked={new Set(bills.map((bill) => bill.id))}
          planned={new Map(plan.bills.map((one) => [one.bill.id, one]))}
          pays={edits.pays}
          mayPayPart={!account.rules.refusesPartPayment && edits.collectOnly.trim() === ''}
          isByItem={isByItem}
          hasSeveralTargets={included.length > 0}
          onTick={tick}
          onPay={(id, text) => change({ pays: new Map([...edits.pays, [id, text]]) })}
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
          onReverse={() => setDialog('reverse')}
          onNext={onNext}
        />
      ) : (
        <PaymentPanel
          ref={money}
          money={formatYuan(sumFen([plan.moneyFen, parseYuan(edits.keepsChange ? keepable : '0.00')]))}
          total={total}
          plan={plan}
          tickedCount={bills.length}
          lines={edits.lines}
          onRemoveLine={(line) => change({ lines: edits.lines.filter((one) => one !== line) })}
          onAddLine={setDialog}
          offers={offersInUse(offered, edits)}
          onOffer={(id, isUsed) => {
            const offersOff = new Set(edits.offersOff);
            if (isUsed) offersOff.delete(id);
            else offersOff.add(id);
            change({ offersOff });
          }}
          holdings={holdingsOf(account)}
          edits={edits}
          onEdits={change}
          onDiscount={() => setDialog('discount')}
          mayPayPart={!account.rules.refusesPartPayment}
          keepable={account.rules.refusesOverpayment ? '0.00' : keepable}
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
          isSplit={isSplit}
          onSplit={setSplit}
          isCollecting={isCollecting}
          problem={problem}
          mayCollect={mayCollect}
          onCollect={submit}
          {...(hasChannel ? { onlineProblem: typeof online === 'string' ? online : '' } : {})}
          onOnline={() => setDialog('online')}
        />
      )}
      <Suspense>
        {dialog === 'online' && !collected && typeof online !== 'string' ? (
          <OnlinePaymentDialog
            account={account}
            receipt={online}
            payerName={form.payerName}
            onDone={finish}
            onClose={() => setDialog(undefined)}
          />
        ) : null}
      </Suspense>
      {collected && dialog === 'reverse' ? (
        <ReverseDialog
          receipt={collected}
          onClose={() => setDialog(undefined)}
          onReversed={() => {
            setDialog(undefined);
            setCollected(undefined);
          }}
        />
      ) : null}
      {dialog === 'discount' ? (
        <DiscountDialog
          account={account}
          bills={bills}
          edits={edits}
          onClose={() => setDialog(undefined)}
          onUse={(given) => {
            change(given);
            setDialog(undefined);
          }}
        />
      ) : null}
      {dialog === 'topUp' || dialog === 'deposit' || dialog === 'income' ? (
        <LineDialog
          kind={dialog}
          items={account.items}
          communityId={account.target.communityId}
          receivedOn={account.asOf}
          onClose={() => setDialog(undefined)}
          onAdd={(line) => {
            change({ lines: [...edits.lines, line] });
            setDialog(undefined);
          }}
        />
      ) : null}
      {dialog === 'confirm' && !collected ? (
        <ConfirmDialog
          plan={plan}
          lines={lines}
          tendering={tendering}
          total={total}
          methodName={(id) => methods.find((one) => one.id === id)?.name ?? ''}
          isCollecting={isCollecting}
          problem={problem}
          hasSeveralTargets={included.length > 0}
          onCancel={() => setDialog(undefined)}
          onConfirm={write}
        />
      ) : null}
    </div>
  );
}

/** Whether the community is paid online at all. */
function useHasChannel(account: DeskAccount): boolean {
  const { communityId } = account.target;
  const { data } = useQuery({
    queryKey: ['paymentWays', communityId],
    queryFn: () => call(listPaymentWays, { query: { communityId } }),
    staleTime: 60_000,
  });
  return (data?.channels.length ?? 0) > 0;
}

/** What offers give the ticked bills; only bills that are settled now get any. */
function useOffers(
  account: DeskAccount,
  bills: DeskAccount['bills'],
  edits: DeskEdits,
  receivedOn: string,
): readonly OfferedDiscount[] {
  const isShared = edits.collectOnly.trim() !== '';
  const billIds = isShared ? [] : bills.filter((bill) => !edits.pays.get(bill.id)).map((bill) => bill.id);
  const { communityId } = account.target;
  const { data } = useQuery({
    queryKey: ['cashier', 'account', 'offers', communityId, receivedOn, billIds],
    queryFn: () => call(suggestOffers, { body: { communityId, receivedOn, billIds } }),
    enabled: account.rules.hasOffers && billIds.length > 0,
  });
  return account.rules.hasOffers && billIds.length > 0 ? (data?.rows ?? []) : [];
}

function offersInUse(offered: readonly OfferedDiscount[], edits: DeskEdits) {
  const ids = [...new Set(offered.map((one) => one.offerId))];
  return ids.map((id) => {
    const of = offered.filter((one) => one.offerId === id);
    return {
      id,
      name: of[0]?.offerName ?? '',
      amount: sumYuan(of.map((one) => one.amount)),
      isUsed: !edits.offersOff.has(id),
    };
  });
}

/** The tenders of the money, and the change as a line of prepaid where it is kept. */
function withChange(
  account: DeskAccount,
  plan: DeskPlan,
  edits: DeskEdits,
  form: PaymentForm,
  methods: readonly PaymentMethodView[],
) {
  const isCash = (id: string) => methods.some((method) => method.id === id && method.isCash);
  const input = { rows: form.rows, cashTendered: form.cashTendered, isCash };
  const plainly = workOutTenders({ ...input, total: formatYuan(maxFen(plan.moneyFen, zeroFen)) });
  const total = formatYuan(plan.totalFen);
  // Change comes from the cash of the first row, which takes what the others leave.
  const keepable = plainly.problem === '' && isCash(form.rows[0]?.paymentMethodId ?? '') ? plainly.change : '0.00';
  const isKept = edits.keepsChange && keepable !== '0.00' && !account.rules.refusesOverpayment;
  if (!isKept) return { lines: edits.lines, total, tendering: plainly, keepable };
  const kept: DeskLine = { kind: 'topUp', chargeItemId: null, name: '找零转预存', amount: keepable, text: '' };
  const sum = (fen: DeskPlan['totalFen']) => formatYuan(sumFen([fen, parseYuan(keepable)]));
  return {
    lines: [...edits.lines, kept],
    total: sum(plan.totalFen),
    tendering: workOutTenders({ ...input, total: sum(plan.moneyFen) }),
    keepable,
  };
}
