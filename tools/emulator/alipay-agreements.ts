import { randomInt } from 'node:crypto';
import { type Fen, fen, parseYuan } from '@anlin/money';

/** An agreement as Alipay keeps it. */
export interface AlipayAgreement {
  /** The merchant's number. */
  code: string;
  /** Empty until it is signed. */
  number: string;
  status: 'TEMP' | 'NORMAL' | 'STOP';
  label: string;
  singleFen: Fen;
  /** The day planned next: money may be taken on it and five days before. */
  executeOn: Temporal.PlainDate;
  notifyUrl: string;
  returnUrl: string;
  signedAt: Temporal.Instant | null;
  /** What the signer has; null: enough. */
  fundsFen: Fen | null;
}

export interface AlipayAgreements {
  all: ReadonlyMap<string, AlipayAgreement>;
  /** Keeps what a signer may sign; the same again changes nothing. Undefined when it can't be signed. */
  offer(wanted: SigningWanted, addresses: { notifyUrl: string; returnUrl: string }): AlipayAgreement | undefined;
  /** False when it is signed or over. */
  sign(code: string): boolean;
  /** False when it is not in force. */
  end(code: string): boolean;
  byNumber(number: string): AlipayAgreement | undefined;
  /** Why nothing can be taken now; undefined: it can, and the plan moves on by a month. */
  take(number: string, amountFen: Fen): string | undefined;
  putOff(number: string, day: string): boolean;
}

export interface SigningWanted {
  external_agreement_no?: string;
  external_logon_id?: string;
  personal_product_code?: string;
  product_code?: string;
  sign_scene?: string;
  period_rule_params?: { period_type?: string; period?: string; execute_time?: string; single_amount?: string };
}

const daysBefore = 5;
const lastDay = 28;

/** What Alipay keeps of 周期扣款. */
export function makeAlipayAgreements(now: () => Temporal.Instant): AlipayAgreements {
  const agreements = new Map<string, AlipayAgreement>();
  const today = () => now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
  const byNumber = (number: string) =>
    [...agreements.values()].find((one) => one.number !== '' && one.number === number);
  return {
    all: agreements,
    byNumber,
    offer(wanted, addresses) {
      const rule = wanted.period_rule_params;
      const isComplete =
        wanted.product_code === 'CYCLE_PAY_AUTH' &&
        wanted.personal_product_code === 'CYCLE_PAY_AUTH_P' &&
        wanted.sign_scene &&
        wanted.external_agreement_no &&
        rule?.period_type === 'MONTH' &&
        rule.period === '1' &&
        rule.execute_time &&
        rule.single_amount;
      if (!isComplete) return undefined;
      const executeOn = Temporal.PlainDate.from(rule.execute_time!);
      if (executeOn.day > lastDay) return undefined;
      const code = wanted.external_agreement_no!;
      const kept = agreements.get(code);
      if (kept) return kept;
      const made: AlipayAgreement = {
        code,
        number: '',
        status: 'TEMP',
        label: wanted.external_logon_id ?? '',
        singleFen: parseYuan(rule.single_amount!),
        executeOn,
        signedAt: null,
        fundsFen: null,
        ...addresses,
      };
      agreements.set(code, made);
      return made;
    },
    sign(code) {
      const one = agreements.get(code);
      if (one?.status !== 'TEMP') return false;
      one.status = 'NORMAL';
      one.number = `${today().toString().replaceAll('-', '')}${String(randomInt(1e9)).padStart(12, '0')}`;
      one.signedAt = now();
      return true;
    },
    end(code) {
      const one = agreements.get(code);
      if (one?.status !== 'NORMAL') return false;
      one.status = 'STOP';
      return true;
    },
    take(number, amountFen) {
      const one = byNumber(number);
      if (one?.status !== 'NORMAL') return 'ACQ.AGREEMENT_NOT_EXIST';
      if (amountFen > one.singleFen) return 'ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED';
      const isEarly = Temporal.PlainDate.compare(today(), one.executeOn.subtract({ days: daysBefore })) < 0;
      const isLate = Temporal.PlainDate.compare(today(), one.executeOn) > 0;
      if (isEarly || isLate) return 'ACQ.CYCLE_PAY_DATE_NOT_MATCH';
      if (one.fundsFen !== null && one.fundsFen < amountFen) return 'ACQ.BUYER_BALANCE_NOT_ENOUGH';
      if (one.fundsFen !== null) one.fundsFen = fen(one.fundsFen - amountFen);
      one.executeOn = one.executeOn.add({ months: 1 });
      return undefined;
    },
    putOff(number, day) {
      const one = byNumber(number);
      const to = Temporal.PlainDate.from(day);
      if (one?.status !== 'NORMAL' || to.day > lastDay || Temporal.PlainDate.compare(to, one.executeOn) < 0)
        return false;
      one.executeOn = to;
      return true;
    },
  };
}
