import type { PaymentMethodView } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, DatePicker, Dropdown, Input, type InputRef, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import { type KeyboardEvent, type Ref, useId } from 'react';
import { groupThousands } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import type { PaymentForm } from './collect.ts';
import type { Tendering } from './desk-money.ts';
import type { DeskEdits, DeskLine, DeskPlan, Holding } from './desk-plan.ts';
import { Holdings } from './holdings.tsx';
import { lineTitles } from './line-dialog.tsx';
import type { SlipPaper } from './slip-paper.ts';

interface PaymentPanelProps {
  ref: Ref<InputRef>;
  /** What the payer hands over now, and the whole receipt. */
  money: string;
  total: string;
  plan: DeskPlan;
  /** Bills ticked, also those that get nothing of a sum that is still being typed. */
  tickedCount: number;
  lines: readonly DeskLine[];
  onRemoveLine: (line: DeskLine) => void;
  onAddLine: (kind: DeskLine['kind']) => void;
  /** Offers on the ticked bills, with whether each is applied. */
  offers: readonly { id: string; name: string; amount: string; isUsed: boolean }[];
  onOffer: (id: string, isUsed: boolean) => void;
  holdings: readonly Holding[];
  edits: DeskEdits;
  onEdits: (patch: Partial<DeskEdits>) => void;
  onDiscount: () => void;
  mayPayPart: boolean;
  /** Change that may be kept as prepaid; 0.00 when there is none. */
  keepable: string;
  methods: readonly PaymentMethodView[];
  form: PaymentForm;
  onForm: (patch: Partial<PaymentForm>) => void;
  tendering: Tendering;
  today: string;
  paper: SlipPaper;
  papers: readonly { value: SlipPaper; label: string }[];
  onPaper: (paper: SlipPaper) => void;
  /** Every bill on a slip of its own. */
  isSplit: boolean;
  onSplit: (isSplit: boolean) => void;
  isCollecting: boolean;
  problem: string;
  mayCollect: boolean;
  onCollect: () => void;
  /** Why it can't be paid online as it is; empty when it can, absent where there is no channel. */
  onlineProblem?: string;
  onOnline: () => void;
}

/** The sum in large figures, how it is paid, the change as the cash is typed, and the one button that collects. */
export function PaymentPanel(props: PaymentPanelProps) {
  const { ref, total, plan, methods, form, onForm, tendering, today, isCollecting, problem } = props;
  const formId = useId();
  const isCash = Number(tendering.cash) > 0;
  const isCashMethod = (id: string | undefined) => methods.some((method) => method.id === id && method.isCash);
  const firstIsCash = isCashMethod(form.rows[0]?.paymentMethodId);
  const warning = plan.problem || (plan.totalFen > zeroFen ? tendering.problem : '');
  const canCollect = props.mayCollect && plan.totalFen > zeroFen && warning === '' && !isCollecting;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.repeat) return;
    if (event.target instanceof HTMLElement && event.target.closest('button, .ant-select, .ant-picker')) return;
    event.preventDefault();
    if (canCollect) props.onCollect();
  };
  const changeRow = (index: number, patch: Partial<PaymentForm['rows'][number]>) =>
    onForm({ rows: form.rows.map((row, at) => (at === index ? { ...row, ...patch } : row)) });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter anywhere in the panel collects, as the button says.
    <div className={styles.panel} onKeyDown={onKeyDown}>
      <Sum {...props} />
      <div className={styles.fields}>
        <Extras {...props} />
        <Holdings
          holdings={props.holdings}
          offsets={props.edits.offsets}
          plan={plan}
          onOffsets={(offsets) => props.onEdits({ offsets })}
        />
        <Radio.Group
          optionType="button"
          aria-label="支付方式"
          className={styles.methods ?? ''}
          value={form.rows[0]?.paymentMethodId}
          onChange={(event) => changeRow(0, { paymentMethodId: event.target.value })}
          options={methods.map(({ id, name }) => ({ value: id, label: name }))}
        />
        {form.rows.length > 1 ? <FirstShare methods={methods} form={form} tendering={tendering} /> : null}
        {form.rows.slice(1).map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity and are only added at the end.
          <div key={index} className={styles.tender}>
            <Select
              aria-label="另一种支付方式"
              value={row.paymentMethodId}
              onChange={(paymentMethodId) => changeRow(index + 1, { paymentMethodId })}
              options={methods.map(({ id, name }) => ({ value: id, label: name }))}
            />
            <Input
              aria-label="金额"
              className="figures"
              placeholder="金额"
              value={row.amount}
              onChange={(event) => changeRow(index + 1, { amount: event.target.value })}
            />
            <Button
              type="text"
              aria-label="去掉这种支付方式"
              icon={<DeleteOutlined />}
              onClick={() => onForm({ rows: form.rows.filter((_, at) => at !== index + 1) })}
            />
            {isCashMethod(row.paymentMethodId) ? null : (
              <Input
                aria-label={`${methods.find((method) => method.id === row.paymentMethodId)?.name ?? ''}流水号`}
                className={styles.reference ?? ''}
                placeholder="流水号，可不填"
                maxLength={60}
                value={row.reference}
                onChange={(event) => changeRow(index + 1, { reference: event.target.value })}
              />
            )}
          </div>
        ))}
        <Button
          type="link"
          size="small"
          className={styles.more ?? ''}
          icon={<PlusOutlined />}
          disabled={form.rows.length >= 6}
          onClick={() =>
            onForm({ rows: [...form.rows, { paymentMethodId: methods[1]?.id ?? '', amount: '', reference: '' }] })
          }
        >
          再加一种支付方式
        </Button>
        {isCash || firstIsCash ? (
          <div className={styles.cash}>
            <label htmlFor={`${formId}-cash`}>收到现金</label>
            <Input
              ref={ref}
              id={`${formId}-cash`}
              size="large"
              className="figures"
              inputMode="decimal"
              placeholder={tendering.cash}
              value={form.cashTendered}
              onChange={(event) => onForm({ cashTendered: event.target.value })}
            />
          </div>
        ) : null}
        {firstIsCash ? null : (
          <div className={styles.cash}>
            <label htmlFor={`${formId}-reference`}>流水号</label>
            <Input
              ref={isCash ? undefined : ref}
              id={`${formId}-reference`}
              {...(isCash ? {} : { size: 'large' as const })}
              placeholder="可不填"
              maxLength={60}
              value={form.rows[0]?.reference}
              onChange={(event) => changeRow(0, { reference: event.target.value })}
            />
          </div>
        )}
        {isCash ? (
          <div className={styles.change} aria-live="polite">
            <span>
              找零
              {props.keepable === '0.00' ? null : (
                <Checkbox
                  className={styles.keep ?? ''}
                  checked={props.edits.keepsChange}
                  onChange={(event) => props.onEdits({ keepsChange: event.target.checked })}
                >
                  {groupThousands(props.keepable)} 转预存
                </Checkbox>
              )}
            </span>
            <b className="figures">{groupThousands(tendering.change)}</b>
          </div>
        ) : null}
        <div className={styles.cash}>
          <label htmlFor={`${formId}-payer`}>付款人</label>
          <Input
            id={`${formId}-payer`}
            maxLength={60}
            value={form.payerName}
            onChange={(event) => onForm({ payerName: event.target.value })}
          />
        </div>
        <div className={styles.cash}>
          <label htmlFor={`${formId}-day`}>收款日期</label>
          <DatePicker
            id={`${formId}-day`}
            allowClear={false}
            value={dayjs(form.receivedOn)}
            minDate={dayjs(today).subtract(31, 'day')}
            maxDate={dayjs(today)}
            onChange={(day) => onForm({ receivedOn: day?.format('YYYY-MM-DD') ?? today })}
          />
        </div>
        <div className={styles.cash}>
          <label htmlFor={`${formId}-note`}>备注</label>
          <Input
            id={`${formId}-note`}
            maxLength={200}
            placeholder={form.receivedOn === today ? '可不填' : '补录须写明原因'}
            value={form.note}
            onChange={(event) => onForm({ note: event.target.value })}
          />
        </div>
        <div className={styles.cash}>
          <label htmlFor={`${formId}-paper`}>收据打印</label>
          <Select
            id={`${formId}-paper`}
            value={props.papers.some(({ value }) => value === props.paper) ? props.paper : 'auto'}
            onChange={props.onPaper}
            options={[...props.papers]}
          />
        </div>
        <div className={styles.cash}>
          <span />
          <Checkbox checked={props.isSplit} onChange={(event) => props.onSplit(event.target.checked)}>
            每笔账单一张
          </Checkbox>
        </div>
      </div>
      <div className={styles.foot}>
        {problem === '' && warning === '' ? null : (
          <Alert type={problem === '' ? 'warning' : 'error'} showIcon title={problem || warning} />
        )}
        <Button
          type="primary"
          block
          className={styles.collect ?? ''}
          loading={isCollecting}
          disabled={!canCollect}
          onClick={props.onCollect}
        >
          收款 {groupThousands(total)} 元 <kbd>F9</kbd>
        </Button>
        {props.mayCollect && props.onlineProblem !== undefined ? (
          <Button
            block
            className={styles.online ?? ''}
            disabled={props.onlineProblem !== '' || isCollecting}
            title={props.onlineProblem}
            onClick={props.onOnline}
          >
            扫码收款 <kbd>Shift+F9</kbd>
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function FirstShare({ methods, form, tendering }: Pick<PaymentPanelProps, 'methods' | 'form' | 'tendering'>) {
  const first = form.rows[0]?.paymentMethodId;
  const share = tendering.tenders.find((tender) => tender.paymentMethodId === first)?.amount ?? '0.00';
  return (
    <div className={styles.change}>
      <span>{methods.find((method) => method.id === first)?.name}</span>
      <b className="figures">{groupThousands(share)}</b>
    </div>
  );
}

/** What the payer hands over in large figures, and what it is made of where that is not plain. */
function Sum({ money, total, plan }: PaymentPanelProps) {
  const parts = [
    ...(plan.lateFeeFen === zeroFen ? [] : [`含违约金 ${formatYuan(plan.lateFeeFen)}`]),
    ...(plan.reducedFen === zeroFen ? [] : [`优惠 ${formatYuan(plan.reducedFen)}`]),
    ...plan.offsets.map((one) => `${one.name}抵 ${formatYuan(one.amountFen)}`),
    ...(money === total ? [] : [`收据 ${total}`]),
  ];
  return (
    <div className={styles.sum}>
      <span>
        {plan.offsets.length === 0 ? '应付合计' : '还应付'} <span className="muted">已选 {plan.bills.length} 笔</span>
      </span>
      <output className={styles.total} aria-label="应付合计">
        {groupThousands(money)}
      </output>
      {parts.length === 0 ? null : <span className="muted">{parts.join('，')}</span>}
    </div>
  );
}

/** Part payment, discount, offers, and the lines that pay no bill. */
function Extras(props: PaymentPanelProps) {
  const { edits, onEdits, lines, offers } = props;
  const kinds = Object.entries(lineTitles) as [DeskLine['kind'], string][];
  return (
    <>
      <div className={styles.extras}>
        <Button size="small" disabled={props.tickedCount === 0} onClick={props.onDiscount}>
          优惠 <kbd>F7</kbd>
        </Button>
        <Dropdown
          trigger={['click']}
          menu={{
            items: kinds.map(([key, label]) => ({ key, label })),
            onClick: ({ key }) => props.onAddLine(key as DeskLine['kind']),
          }}
        >
          <Button size="small">
            预存、押金、其他 <kbd>F8</kbd>
          </Button>
        </Dropdown>
      </div>
      {props.mayPayPart && props.tickedCount > 0 ? (
        <Input
          size="small"
          className="figures"
          aria-label="本次收账单"
          prefix={<span className="muted">账单只收</span>}
          placeholder="全部收清"
          inputMode="decimal"
          allowClear
          value={edits.collectOnly}
          onChange={(event) => onEdits({ collectOnly: event.target.value })}
        />
      ) : null}
      {offers.map((offer) => (
        <div key={offer.id} className={styles.lineRow}>
          <Checkbox checked={offer.isUsed} onChange={(event) => props.onOffer(offer.id, event.target.checked)}>
            {offer.name}
          </Checkbox>
          <span className={styles.reduced}>−{groupThousands(offer.amount)}</span>
        </div>
      ))}
      {lines.map((line) => (
        <div key={`${line.kind}${line.name}${line.amount}${line.text}`} className={styles.lineRow}>
          <span>
            {line.name} <span className="muted">{line.text}</span>
          </span>
          <span className="figures">{groupThousands(line.amount)}</span>
          <Button
            type="text"
            size="small"
            aria-label={`去掉${line.name}`}
            icon={<DeleteOutlined />}
            onClick={() => props.onRemoveLine(line)}
          />
        </div>
      ))}
    </>
  );
}
