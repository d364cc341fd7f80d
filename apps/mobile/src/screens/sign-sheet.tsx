import { type OwnAgreements, signOwnAgreement } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { call, queryClient } from '../app/api.ts';
import { useCommunity } from '../app/session.ts';
import { Choices, Field } from '../ui/field.tsx';
import { Wrong } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { type ChannelKind, leaveFor, WayChoice } from './pay-ways.tsx';

const Qr = lazy(() => import('./qr.tsx'));
const limits = ['500', '1000', '2000'];
const limitPattern = /^[1-9]\d{0,4}(\.\d{1,2})?$/;

/** What is signed: for which house, for what, how much at most, with whom. */
export default function SignSheet({ data, onClose }: { data: OwnAgreements; onClose: () => void }) {
  const community = useCommunity();
  const [targetId, setTargetId] = useState(data.targets[0]?.id ?? '');
  const [kind, setKind] = useState<ChannelKind | undefined>(data.channels[0]?.kind);
  const [limit, setLimit] = useState('1000');
  const [items, setItems] = useState<readonly string[]>([]);
  const target = data.targets.find(({ id }) => id === targetId);
  const sign = useMutation({
    mutationFn: () =>
      call(signOwnAgreement, {
        body: {
          communityId: community.id,
          targetKind: target!.kind,
          targetId,
          channelKind: kind!,
          chargeItemIds: [...items],
          startsOn: null,
          limit,
        },
      }),
    onSuccess: ({ started }) => {
      void queryClient.invalidateQueries({ queryKey: ['agreements'] });
      leaveFor(started);
    },
  });
  const started = sign.data?.started;
  const isReady = target !== undefined && kind !== undefined && limitPattern.test(limit);
  return (
    <Sheet title="签约自动缴费" onClose={onClose}>
      <div className="stack">
        {data.targets.length > 1 && (
          <Choices
            label="为哪里缴费"
            options={data.targets.map(({ id, name }) => ({ value: id, label: name }))}
            value={targetId}
            onChange={setTargetId}
          />
        )}
        <ItemChoice items={data.chargeItems} value={items} onChange={setItems} />
        <Choices
          label="每次最多扣"
          options={limits.map((value) => ({ value, label: `¥${value}` }))}
          value={limit}
          onChange={setLimit}
        />
        <Field label="其他金额（元）" hint="应缴的超过它就不扣，会通知您。">
          {(ids) => (
            <input
              {...ids}
              className="input"
              inputMode="decimal"
              maxLength={8}
              value={limit}
              onChange={(event) => setLimit(event.target.value.trim())}
            />
          )}
        </Field>
        <WayChoice channels={data.channels} value={kind} onChange={setKind} />
        <Wrong error={sign.error} />
        {started?.kind === 'qr' ? (
          <div style={{ textAlign: 'center' }}>
            <Suspense fallback={null}>
              <Qr content={started.content} />
            </Suspense>
            <p className="quiet">请用微信扫码签约，签好后回到这里。</p>
          </div>
        ) : (
          <button
            type="button"
            className="button primary wide"
            disabled={!isReady || sign.isPending || sign.isSuccess}
            onClick={() => sign.mutate()}
          >
            {sign.isPending || sign.isSuccess ? '正在打开签约…' : '去签约'}
          </button>
        )}
        <p className="hint">
          从今天起，{target?.name ?? ''}
          {target?.kind === 'house' ? '和它的车位' : ''}每月到扣款日未缴的账单自动扣款。
        </p>
      </div>
    </Sheet>
  );
}

/** All of them, unless some are chosen. */
function ItemChoice({
  items,
  value,
  onChange,
}: {
  items: OwnAgreements['chargeItems'];
  value: readonly string[];
  onChange: (ids: readonly string[]) => void;
}) {
  const toggle = (id: string) => onChange(value.includes(id) ? value.filter((one) => one !== id) : [...value, id]);
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <legend className="field-label">扣哪些费用（不选为全部）</legend>
      <div className="choices">
        {items.map(({ id, name }) => (
          <label key={id} className="choice">
            <input type="checkbox" checked={value.includes(id)} onChange={() => toggle(id)} />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
