import * as contract from '@anlin/contract';
import { type Route, sessionRoute } from '../http/route.ts';
import { viewSession } from './session.routes.ts';
import { enter } from './sign-in.routes.ts';
import { listCompanies, switchCompany } from './switch-company.ts';

/** Both look into other companies, so they hold no transaction of this one. */
export const switchCompanyRoutes: Route[] = [
  sessionRoute(contract.listMyCompanies, async (session, _input, { services }) => {
    const signedIn = await session.run(async (_ctx, one) => one);
    return { rows: await listCompanies(services, signedIn) };
  }),
  sessionRoute(contract.switchCompany, async (session, { body }, http) => {
    const signedIn = await session.run(async (_ctx, one) => one);
    if (body.companyId.toLowerCase() === signedIn.companyId) return session.run(viewSession);
    const opened = await switchCompany(http.services, signedIn, body.companyId);
    return enter(http.services, http, '切换公司', opened);
  }),
];
