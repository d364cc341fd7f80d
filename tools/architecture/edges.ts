/**
 * Who may know whom. The check reads these lists, and the diagram in docs/ARCHITECTURE.md is drawn from them.
 */

/** Packages: each may import the ones named, through their front door. */
export const packageEdges: Readonly<Record<string, readonly string[]>> = {
  money: [],
  calendar: [],
  spreadsheet: [],
  formula: ['money'],
  pricing: ['money', 'calendar', 'formula'],
  contract: [],
  client: ['contract'],
  'print-layout': ['contract'],
};

/** Applications: packages only, never each other. */
export const applicationEdges: Readonly<Record<string, readonly string[]>> = {
  server: ['money', 'calendar', 'formula', 'pricing', 'contract', 'spreadsheet', 'print-layout'],
  admin: ['money', 'formula', 'contract', 'client', 'print-layout'],
  mobile: ['money', 'contract', 'client'],
  // Shows the site's pages in WeChat and knows nothing of what is on them.
  miniprogram: [],
};

/** Domains of the server: each reaches the ones named through their index.ts. */
export const domainEdges: Readonly<Record<string, readonly string[]>> = {
  estate: [],
  organisation: ['estate', 'rights'],
  residents: ['estate'],
  imports: ['estate', 'organisation', 'residents', 'metering', 'charging', 'cashier', 'banking', 'fund'],
  charging: ['estate'],
  dunning: ['estate', 'charging', 'cashier', 'printing'],
  metering: ['estate', 'charging'],
  ownership: ['estate', 'charging', 'cashier'],
  cashier: ['estate', 'charging'],
  fund: [],
  invoicing: [],
  accounting: ['banking'],
  finance: ['estate', 'charging', 'cashier', 'accounting'],
  rights: [],
  banking: ['estate', 'charging', 'cashier'],
  household: ['estate', 'residents', 'charging', 'cashier', 'printing', 'payments', 'invoicing'],
  partners: ['charging'],
  payments: ['estate', 'charging', 'cashier'],
  collection: ['charging', 'cashier', 'payments', 'household'],
  printing: ['estate', 'charging', 'cashier', 'ownership'],
  'official-account': [],
};
