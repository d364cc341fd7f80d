import { type EventKind, eventKinds, findEventKind, settableKinds } from './event-kinds.ts';

/** Stands for any payload: reading a name of it gives text, so that the facts of a kind can be listed without an event. */
const anyPayload: unknown = new Proxy({}, { get: () => '' });

/** Events a provider's template can be set for, with the names of what it can show: those on the settings page, and codes and dunning. */
export function templateEvents(
  kinds: readonly [name: string, kind: EventKind<unknown>][],
): { kind: string; name: string; facts: string[] }[] {
  const others = Object.keys(eventKinds)
    .map((name) => [name, findEventKind(name)!] as const)
    .filter(([, kind]) => kind.isInternal && kind.hasTemplate);
  return [...kinds, ...others].map(([kind, one]) => ({
    kind,
    name: one.name,
    facts: Object.keys(one.facts(anyPayload)),
  }));
}

/** What a fact may look like, where its name says so. */
const samples: Readonly<Record<string, string>> = {
  金额: '275.80',
  笔数: '3',
  期限: '2026-12-31',
  小区: '翠湖花园',
  房屋: '1幢1单元101',
  收据号: 'SJ-000001',
  发票号码: '25442000000012345678',
  类型: '蓝字',
  咨询电话: '0755-88886666',
  扣款日: '2026-12-05',
  下次扣款日: '2026-12-08',
  渠道: '微信支付',
  原因: '余额不足',
  解约方: '住户解约',
  结果: '已通过',
  车牌: '粤B12345',
};

/** Facts that only make a link. */
const linkFacts = new Set(['网址', '链接', '链接码']);

/** An event residents can be told of by a template, with what it can show. */
interface ResidentEvent {
  kind: string;
  name: string;
  help: string;
  facts: { name: string; sample: string }[];
  /** The channel is not chosen in the notification settings. */
  isChosenElsewhere: boolean;
}

/** Events residents are told of by templates of the 公众号; a code goes by SMS alone. */
export function residentEvents(): ResidentEvent[] {
  return templateEvents(settableKinds()).flatMap(({ kind, name, facts }) => {
    const event = findEventKind(kind);
    if (!event?.residents) return [];
    return [
      {
        kind,
        name,
        help: event.help,
        facts: facts
          .filter((fact) => !linkFacts.has(fact))
          .map((fact) => ({ name: fact, sample: samples[fact] ?? '示例内容' })),
        isChosenElsewhere: event.residents.chosen !== undefined,
      },
    ];
  });
}
