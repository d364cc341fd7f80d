import type { ReportFigure } from '@anlin/contract';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { groupThousands } from '../../resource-ui/text-of.ts';

/** A figure of a report as its kind is written. */
export function ReportFigureText({ kind, text }: { kind: ReportFigure; text: string | null | undefined }) {
  if (text === null || text === undefined) return <span className="muted">—</span>;
  if (kind === 'money') return <MoneyText yuan={text} />;
  return <span className="figures">{kind === 'percent' ? `${text}%` : groupThousands(text)}</span>;
}

export const figureWords = (kind: ReportFigure, text: string | null | undefined): string =>
  text === null || text === undefined ? '—' : kind === 'percent' ? `${text}%` : groupThousands(text);
