import {
  channelKinds,
  type PaymentChannelKind,
  type ReconciliationLine,
  type ReconciliationOutcome,
  type ReconciliationState,
  reconciliationOutcomes,
  settlementWays,
} from '@anlin/contract';
import { Tag } from 'antd';

export const dayColours: Readonly<Record<ReconciliationState, string>> = {
  waiting: 'processing',
  failed: 'error',
  done: 'success',
};

const outcomeColours: Readonly<Record<ReconciliationOutcome, string>> = {
  matched: 'success',
  refunded: 'default',
  oursOnly: 'error',
  theirsOnly: 'warning',
  amountDiffers: 'magenta',
};

export const isException = (outcome: ReconciliationOutcome): boolean => outcome !== 'matched' && outcome !== 'refunded';

/** 微信支付 1900000001 */
export const accountName = (account: { channelKind: PaymentChannelKind; merchantId: string }): string =>
  `${channelKinds[account.channelKind]} ${account.merchantId}`;

/** 未到账, and how it was settled. */
export function OutcomeTags({ line }: { line: Pick<ReconciliationLine, 'outcome' | 'settledHow'> }) {
  return (
    <>
      <Tag color={line.settledHow && isException(line.outcome) ? 'default' : outcomeColours[line.outcome]}>
        {reconciliationOutcomes[line.outcome]}
      </Tag>
      {line.settledHow ? <Tag>{settlementWays[line.settledHow]}</Tag> : null}
    </>
  );
}
