import { listPrintTemplates } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/api.ts';

/** `auto`: the community's template; `none`: nothing by itself; else a template's ref. */
export type SlipPaper = string;

/** What an earlier release remembered. */
const earlier: Readonly<Record<string, SlipPaper>> = { a4: 'receipt-a4', '241x93': 'receipt-241x93' };

export function readPaper(stored: unknown): SlipPaper {
  return typeof stored === 'string' ? (earlier[stored] ?? stored) : 'auto';
}

/** Choices of the desk: the community's template, any other, or none. */
export function useSlipPapers(communityId: string): { value: SlipPaper; label: string }[] {
  const { data } = useQuery({
    queryKey: ['print', 'templates', 'receipt', communityId],
    queryFn: () => call(listPrintTemplates, { query: { type: 'receipt', communityId } }),
  });
  return [
    { value: 'auto', label: '本小区模板' },
    ...(data?.rows ?? []).map(({ ref, name }) => ({ value: ref, label: name })),
    { value: 'none', label: '不自动打印' },
  ];
}

/** Opens the slip in a window of its own, which prints itself; split, every bill is a slip of its own. False when the browser stopped the window. */
export function openSlip(receiptId: string, paper: SlipPaper, isSplit = false): boolean {
  const query = new URLSearchParams();
  if (paper !== 'none' && paper !== 'auto') query.set('template', paper);
  if (isSplit) query.set('split', 'bill');
  const slip = window.open(
    `/print/receipts/${receiptId}${query.size === 0 ? '' : `?${query}`}`,
    'anlin-slip',
    'popup,width=980,height=720',
  );
  slip?.focus();
  return slip !== null;
}
