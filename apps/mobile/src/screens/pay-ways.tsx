import type { ClientPlace, EndpointReply, listOwnPaymentWays, PaymentStarted } from '@anlin/contract';
import { Choices } from '../ui/field.tsx';

export type Channels = EndpointReply<typeof listOwnPaymentWays>['channels'];
export type ChannelKind = Channels[number]['kind'];

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

/** Why there is nothing to choose, and what to do. */
export function noWaysText(place: ClientPlace): string {
  if (place === 'miniProgram') return '物业还没有开通小程序支付。请用手机浏览器打开住户端，或到服务中心缴费。';
  if (place === 'wechat') return '物业还没有开通微信里的支付。请点右上角“…”选“在浏览器打开”，或到服务中心缴费。';
  return '物业还没有开通在线收款，请到服务中心缴费。';
}

/** A key for one attempt: asked again with it, the server answers with the same order. */
export const newKey = (): string =>
  crypto.randomUUID?.() ?? `k${Date.now()}-${Math.random().toString(36).slice(2, 12)}`;

/** Goes to the channel's page; false where there is none and a code must be shown instead. */
export function leaveFor(started: PaymentStarted): boolean {
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
