import { currentSession } from '@anlin/contract';
import { call } from '../api/api.ts';

const phoneKey = 'anlin.signIn.phone';

/** Whoever signs out to enter another company finds their phone filled in; the address bar never holds it. */
export async function keepPhone(): Promise<void> {
  const { staff } = await call(currentSession);
  sessionStorage.setItem(phoneKey, staff.phone);
}

/** The phone kept for the next sign-in in this tab, once. */
export function takePhone(): string {
  const phone = sessionStorage.getItem(phoneKey) ?? '';
  sessionStorage.removeItem(phoneKey);
  return phone;
}
