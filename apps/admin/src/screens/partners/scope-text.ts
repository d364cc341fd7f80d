import { type PartnerScope, partnerScopes } from '@anlin/contract';

export const scopeText = (scopes: readonly PartnerScope[]): string =>
  scopes.map((one) => partnerScopes[one].label).join('、');
