import { groupThousands } from './text-of.ts';

/** Yuan from the wire (`-12.30`), thousands separated, figures aligned, negative in red with a minus. */
export function MoneyText({ yuan }: { yuan: string | null | undefined }) {
  if (yuan === null || yuan === undefined) return <span className="muted">—</span>;
  return <span className={yuan.startsWith('-') ? 'figures negative' : 'figures'}>{groupThousands(yuan)}</span>;
}
