/**
 * Ways a channel's message can go wrong on its way to the merchant. All but `doubled` are sent again as they should be, for a
 * channel repeats until it is answered; `lost` never leaves, `late` leaves at the second try, `forged` is signed by somebody else,
 * `wrongAmount` and `wrongMerchant` are signed well and say something untrue, `never` is lost at every try.
 */
export const noticeFaults = ['lost', 'late', 'doubled', 'forged', 'wrongAmount', 'wrongMerchant', 'never'] as const;
export type NoticeFault = (typeof noticeFaults)[number];

/** A message of a channel to a merchant. */
export interface Notice {
  provider: string;
  url: string;
  /** The form as it is sent; `fault` says in which way it is to be untrue. */
  body(fault: NoticeFault | undefined): string;
  /** Headers besides; a form unless they say otherwise. */
  headers?(body: string, fault: NoticeFault | undefined): Readonly<Record<string, string>>;
  /** Whether the merchant's answer says that it was taken. */
  isTaken(status: number, text: string): boolean;
  /** Minutes between one try and the next. */
  repeatsMinutes: readonly number[];
}

export interface NoticeTry {
  provider: string;
  body: string;
  status: number;
  answer: string;
  isTaken: boolean;
}

export interface NoticeDesk {
  /** The next messages of a provider go wrong so, in this order. */
  plan(provider: string, faults: readonly NoticeFault[]): void;
  send(notice: Notice): void;
  /** Resolves when nothing is on its way or will be sent again. */
  settled(): Promise<void>;
  /** Everything that was sent, in order. */
  tries: readonly NoticeTry[];
  stop(): void;
}

/** How long a minute of a channel's timetable takes here. */
const minuteMs = 1_000;
const patienceMs = 10_000;

export function makeNoticeDesk(options: { minuteMs?: number } = {}): NoticeDesk {
  const planned = new Map<string, NoticeFault[]>();
  const tries: NoticeTry[] = [];
  const underway = new Set<Promise<void>>();
  const stopped = new AbortController();
  const pause = (minutes: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, minutes * (options.minuteMs ?? minuteMs));
      const giveUp = () => {
        clearTimeout(timer);
        resolve();
      };
      stopped.signal.addEventListener('abort', giveUp, { once: true });
    });

  async function post(notice: Notice, fault: NoticeFault | undefined): Promise<boolean> {
    const { provider, url, isTaken } = notice;
    const body = notice.body(fault);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          ...notice.headers?.(body, fault),
        },
        body,
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(patienceMs)]),
      });
      const answer = await response.text();
      const wasTaken = isTaken(response.status, answer);
      tries.push({ provider, body, status: response.status, answer, isTaken: wasTaken });
      return wasTaken;
    } catch {
      return false;
    }
  }

  /** The first try, with what was planned for it. */
  async function tryFirst(notice: Notice, fault: NoticeFault | undefined): Promise<boolean> {
    if (fault === 'lost' || fault === 'late') return false;
    if (fault !== 'doubled') {
      const isUntrue = fault !== undefined;
      return (await post(notice, fault)) && !isUntrue;
    }
    const answers = await Promise.all([post(notice, undefined), post(notice, undefined)]);
    return answers.some(Boolean);
  }

  async function deliver(notice: Notice): Promise<void> {
    const fault = planned.get(notice.provider)?.shift();
    if (fault === 'never') return;
    let isTaken = await tryFirst(notice, fault);
    for (const minutes of notice.repeatsMinutes) {
      if (isTaken || stopped.signal.aborted) return;
      await pause(minutes);
      if (!stopped.signal.aborted) isTaken = await post(notice, undefined);
    }
  }

  return {
    plan: (provider, faults) => void planned.set(provider, [...(planned.get(provider) ?? []), ...faults]),
    send(notice) {
      const delivery: Promise<void> = deliver(notice).finally(() => underway.delete(delivery));
      underway.add(delivery);
    },
    async settled() {
      while (underway.size > 0) await Promise.all(underway);
    },
    tries,
    stop: () => stopped.abort(),
  };
}
