/** Papers a slip prints on, and not printing by itself. */
export const slipPapers = { a4: 'A4', '241x93': '连续纸 241×93', none: '不自动打印' } as const;

export type SlipPaper = keyof typeof slipPapers;

export function readPaper(stored: unknown): SlipPaper {
  return typeof stored === 'string' && stored in slipPapers ? (stored as SlipPaper) : 'a4';
}

/** Opens the slip in a window of its own, which prints itself. False when the browser stopped the window. */
export function openSlip(receiptId: string, paper: SlipPaper): boolean {
  const chosen = paper === 'none' ? 'a4' : paper;
  const slip = window.open(`/print/receipts/${receiptId}?paper=${chosen}`, 'anlin-slip', 'popup,width=980,height=720');
  slip?.focus();
  return slip !== null;
}
