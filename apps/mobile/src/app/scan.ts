import { noteCollectionPayment } from '@anlin/contract';
import { call } from './api.ts';

/** The collection code whose page is open: what is paid there came by it. */
let scanned: string | undefined;

export function setScanned(token: string | undefined): void {
  scanned = token;
}

/** Tells that a payment came by the code. Nobody has to wait for it to succeed: it only says where the money came from. */
export async function noteScanned(orderId: string): Promise<void> {
  if (scanned === undefined) return;
  try {
    await call(noteCollectionPayment, { params: { token: scanned }, body: { orderId } });
  } catch {
    // The payment stands all the same.
  }
}
