import type { PaymentMethodView } from '@anlin/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, DatePicker, Input, type InputRef, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import { type KeyboardEvent, type Ref, useId } from 'react';
import { groupThousands } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import type { PaymentForm } from './collect.ts';
import type { Tendering } from './desk-money.ts';
import type { SlipPaper } from './slip-paper.ts';

interface PaymentPanelProps {
  ref: Ref<InputRef>;
  total: string;
  lateFee: string;
  count: number;
  methods: readonly PaymentMethodView[];
  form: PaymentForm;
  onForm: (patch: Partial<PaymentForm>) => void;
  tendering: Tendering;
  today: string;
  paper: SlipPaper;
  papers: readonly { value: SlipPaper; label: string }[];
  onPaper: (paper: SlipPaper) => void;
  isCollecting: boolean;
  problem: string;
  mayCollect: boolean;
  onCollect: () => void;
}

/** The sum in large figures, how it is paid, the change as the cash is typed, and the one button that collects. */
export function PaymentPanel(props: PaymentPanelProps) {
  const { ref, total, lateFee, count, methods, form, onForm, tendering, today, isCollecting, problem } = props;
  const formId = useId();
  const isCash = Number(tendering.cash) > 0;
  const isCashMethod = (id: string | undefined) => methods.some((method) => method.id === id && method.isCash);
  const firstIsCash = isCashMethod(form.rows[0]?.paymentMethodId);
  const canCollect = props.mayCollect && count > 0 && tendering.problem === '' && !isCollecting;
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
      <div className={styles.sum}>
        <span>
          应付合计 <span className="muted">已选 {count} 笔</span>
        </span>
        <output className={styles.total} aria-label="应付合计">
          {groupThousands(total)}
        </output>
        {lateFee === '0.00' ? null : <span className="muted">其中违约金 {groupThousands(lateFee)}</span>}
      </div>
      <div className={styles.fields}>
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
            <span>找零</span>
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
      </div>
      <div className={styles.foot}>
        {problem === '' && tendering.problem === '' ? null : (
          <Alert type={problem === '' ? 'warning' : 'error'} showIcon title={problem || tendering.problem} />
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
