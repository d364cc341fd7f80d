import type { invoiceProviders } from '@anlin/contract';
import { gatewayProvider } from './gateway.ts';
import type { InvoiceProvider } from './provider.ts';

/** Adapters by the name a seller is kept with; another provider is one file and one line. */
const adapters: Readonly<Record<keyof typeof invoiceProviders, InvoiceProvider>> = { gateway: gatewayProvider };

/** Undefined for a name this release does not know, as after a step back to an older one. */
export function adapterOf(provider: string): InvoiceProvider | undefined {
  return (adapters as Readonly<Record<string, InvoiceProvider>>)[provider];
}
