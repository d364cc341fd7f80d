import type { EndpointReply, listOwnPrepaid } from '@anlin/contract';
import { useState } from 'react';
import { place } from '../app/place.ts';
import { useCommunity } from '../app/session.ts';
import { Choices, Field } from '../ui/field.tsx';
import { Loaded, Message } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { PayForm, usePaymentWays } from './pay-sheet.tsx';
import { noWaysText } from './pay-ways.tsx';

type Targets = EndpointReply<typeof listOwnPrepaid>['targets'];
const amounts = ['200', '500', '1000'];
const amountPattern = /^(0|[1-9]\d{0,8})(\.\d{1,2})?$/;

/** Puts money into the prepaid account of a house or parking space. */
export function TopUpSheet({ targets, onClose }: { targets: Targets; onClose: () => void }) {
  const community = useCommunity();
  const ways = usePaymentWays(community.id);
  const [targetId, setTargetId] = useState(targets[0]?.id ?? '');
  const [amount, setAmount] = useState('');
  const target = targets.find(({ id }) => id === targetId);
  const isAmount = amountPattern.test(amount) && Number(amount) > 0;
  return (
    <Sheet title="存入预存款" onClose={onClose}>
      <div className="stack">
        {targets.length > 1 && (
          <Choices
            label="存到"
            options={targets.map(({ id, name }) => ({ value: id, label: name }))}
            value={targetId}
            onChange={setTargetId}
          />
        )}
        <Choices
          label="金额"
          options={amounts.map((value) => ({ value, label: `¥${value}` }))}
          value={amount}
          onChange={setAmount}
        />
        <Field label="其他金额（元）">
          {(ids) => (
            <input
              {...ids}
              className="input"
              inputMode="decimal"
              maxLength={12}
              value={amount}
              onChange={(event) => setAmount(event.target.value.trim())}
            />
          )}
        </Field>
        <Loaded query={ways}>
          {({ channels }) =>
            channels.length === 0 ? (
              <Message title="还不能在线支付" text={noWaysText(place)} />
            ) : target && isAmount ? (
              <PayForm
                key={`${targetId} ${amount}`}
                channels={channels}
                given={{
                  bills: [],
                  topUp: { targetKind: target.kind, targetId, amount },
                  prepaid: '0',
                  advance: null,
                  total: amount,
                }}
              />
            ) : (
              <p className="hint">请填写金额，最多两位小数。</p>
            )
          }
        </Loaded>
      </div>
    </Sheet>
  );
}
