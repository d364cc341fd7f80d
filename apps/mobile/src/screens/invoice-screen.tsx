import {
  buyerKinds,
  downloadOwnInvoice,
  forgetOwnTitle,
  getReceiptInvoicing,
  type OwnInvoice,
  type ReceiptInvoicing,
  requestOwnInvoice,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, queryClient } from '../app/api.ts';
import { timeText } from '../ui/day.ts';
import { Choices, Field } from '../ui/field.tsx';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, Page, Wrong } from '../ui/page.tsx';
import { toast } from '../ui/toast.tsx';
import { newKey } from './pay-ways.tsx';

/** The invoices of a receipt (its id), and asking for one. */
export default function InvoiceScreen({ id }: { id: string }) {
  const invoicing = useQuery({
    queryKey: ['receipt-invoicing', id],
    queryFn: ({ signal }) => call(getReceiptInvoicing, { params: { receiptId: id }, signal }),
  });
  return (
    <Page title="电子发票" back={`/receipt/${id}`}>
      <Loaded query={invoicing}>
        {(data) => (
          <div className="stack">
            {data.invoices.length > 0 && <Invoices rows={data.invoices} />}
            {data.blockedBy === '' ? (
              <RequestForm key={data.left} receiptId={id} data={data} />
            ) : (
              data.invoices.length === 0 && <Message icon="receipt" title="现在不能开票" text={data.blockedBy} />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const chips: Readonly<Record<OwnInvoice['state'], string>> = {
  requested: 'chip warn',
  issuing: 'chip warn',
  issued: 'chip good',
  rejected: 'chip danger',
  failed: 'chip danger',
  partlyRed: 'chip',
  redLettered: 'chip',
};

function Invoices({ rows }: { rows: readonly OwnInvoice[] }) {
  return (
    <ul className="rows" aria-label="已申请的发票">
      {rows.map((row) => (
        <li key={row.id}>
          <div className="row">
            <div className="row-main">
              <span>{row.buyerName}</span>
              <span className="quiet">
                {row.number ? `发票号码 ${row.number}` : `${timeText(row.requestedAt)}申请`}
              </span>
              {row.reason && <span className="danger-text">原因：{row.reason}</span>}
            </div>
            <div className="row-end">
              <Money yuan={row.gross} />
              <div>
                <span className={chips[row.state]}>{row.stateLabel}</span>
              </div>
            </div>
          </div>
          {row.hasFile ? (
            <a className="button wide in-row" href={downloadOwnInvoice.path.replace(':invoiceId', row.id)} download>
              下载发票 PDF
            </a>
          ) : (
            row.url && (
              <a className="button wide in-row" href={row.url} target="_blank" rel="noopener noreferrer">
                查看发票
              </a>
            )
          )}
        </li>
      ))}
    </ul>
  );
}

const kinds = Object.entries(buyerKinds)
  .toReversed()
  .map(([value, label]) => ({ value, label: value === 'person' ? '个人' : label }));

function RequestForm({ receiptId, data }: { receiptId: string; data: ReceiptInvoicing }) {
  const [first] = data.titles;
  const [key] = useState(newKey);
  const [kind, setKind] = useState<string>(first?.kind ?? 'person');
  const [name, setName] = useState(first?.name ?? data.payerName);
  const [taxNumber, setTaxNumber] = useState(first?.taxNumber ?? '');
  const [email, setEmail] = useState(first?.email ?? '');
  const [phone, setPhone] = useState(first?.phone ?? '');
  const [keepsTitle, setKeeps] = useState(true);
  const isCompany = kind === 'company';
  const send = useMutation({
    mutationFn: () =>
      call(requestOwnInvoice, {
        params: { receiptId },
        body: {
          buyer: {
            kind: isCompany ? 'company' : 'person',
            name,
            taxNumber: isCompany ? taxNumber.trim().toUpperCase() : '',
            email,
            phone,
          },
          expected: data.left,
          keepsTitle,
          key,
        },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['receipt-invoicing', receiptId] });
      toast('已申请，物业审核后开具');
    },
  });
  const fill = (title: ReceiptInvoicing['titles'][number]) => {
    setKind(title.kind);
    setName(title.name);
    setTaxNumber(title.taxNumber);
    setEmail(title.email);
    setPhone(title.phone);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <p className="line">
        <span>可开票金额</span>
        <strong>
          <Money yuan={data.left} />
        </strong>
      </p>
      {data.items.length > 1 && (
        <p className="quiet">{data.items.map((item) => `${item.name} ${item.amount} 元`).join('、')}</p>
      )}
      {data.titles.length > 0 && <Titles receiptId={receiptId} titles={data.titles} onChoose={fill} />}
      <Choices label="抬头类型" options={kinds} value={kind} onChange={setKind} />
      <TextField label={isCompany ? '单位名称' : '姓名'} value={name} most={100} onChange={setName} />
      {isCompany && (
        <TextField
          label="统一社会信用代码"
          hint="18 位，营业执照上有"
          value={taxNumber}
          most={18}
          onChange={setTaxNumber}
        />
      )}
      <TextField label="收票邮箱（可不填）" type="email" value={email} most={100} onChange={setEmail} />
      <TextField label="电话（可不填）" type="tel" value={phone} most={20} onChange={setPhone} />
      <label className="row">
        <span className="row-main">保存抬头，下次直接用</span>
        <input
          type="checkbox"
          className="check"
          checked={keepsTitle}
          onChange={(event) => setKeeps(event.target.checked)}
        />
      </label>
      <Wrong error={send.error} />
      <button
        type="submit"
        className="button primary wide"
        disabled={name.trim() === '' || (isCompany && taxNumber.trim() === '') || send.isPending}
      >
        {send.isPending ? '正在提交…' : '申请开票'}
      </button>
    </form>
  );
}

function TextField({
  label,
  hint,
  type = 'text',
  value,
  most,
  onChange,
}: {
  label: string;
  hint?: string;
  type?: string;
  value: string;
  most: number;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          type={type}
          maxLength={most}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** Titles kept before: chosen with a tap, or forgotten. */
function Titles({
  receiptId,
  titles,
  onChoose,
}: {
  receiptId: string;
  titles: ReceiptInvoicing['titles'];
  onChoose: (title: ReceiptInvoicing['titles'][number]) => void;
}) {
  const forget = useMutation({
    mutationFn: (invoiceTitleId: string) => call(forgetOwnTitle, { params: { invoiceTitleId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['receipt-invoicing', receiptId] }),
  });
  return (
    <div>
      <p className="field-label">保存的抬头</p>
      <ul className="framed">
        {titles.map((title) => (
          <li key={title.id} className="row">
            <button type="button" className="row-main text-button" onClick={() => onChoose(title)}>
              <span>{title.name}</span>
              {title.taxNumber && <span className="quiet">{title.taxNumber}</span>}
            </button>
            <button
              type="button"
              className="button plain"
              aria-label={`删除抬头 ${title.name}`}
              disabled={forget.isPending}
              onClick={() => forget.mutate(title.id)}
            >
              删除
            </button>
          </li>
        ))}
      </ul>
      <Wrong error={forget.error} />
    </div>
  );
}
