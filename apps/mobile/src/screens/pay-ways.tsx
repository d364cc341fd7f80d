import type { EndpointReply, listOwnPaymentWays, paymentStartedReply } from '@anlin/contract';
import { Choices } from '../ui/field.tsx';

export type Channels = EndpointReply<typeof listOwnPaymentWays>['channels'];
export type ChannelKind = Channels[number]['kind'];
type Started = (typeof paymentStartedReply)['_output']['started'];

export const channelNames: Readonly<Record<ChannelKind, string>> = {
  wechat: '微信支付',
  alipay: '支付宝',
  unionpay: '云闪付',
};

export function WayChoice({
  channels,
  value,
  onChange,
}: {
  channels: Channels;
  value: ChannelKind | undefined;
  onChange: (kind: ChannelKind) => void;
}) {
  return (
    <Choices
      label="支付方式"
      options={channels.map(({ kind }) => ({ value: kind, label: channelNames[kind] }))}
      value={value ?? ''}
      onChange={(kind) => onChange(kind as ChannelKind)}
    />
  );
}

/** A key for one attempt: asked again with it, the server answers with the same order. */
export const newKey = (): string =>
  crypto.randomUUID?.() ?? `k${Date.now()}-${Math.random().toString(36).slice(2, 12)}`;

/** Goes to the channel's page; false where there is none and a code must be shown instead. */
export function leaveFor(started: Started): boolean {
  if (started.kind === 'redirect') {
    window.location.assign(started.url);
    return true;
  }
  if (started.kind !== 'form') return false;
  const form = document.createElement('form');
  form.method = 'post';
  form.action = started.url;
  for (const [name, value] of Object.entries(started.fields)) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  return true;
}
