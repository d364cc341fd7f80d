import * as contract from '@anlin/contract';
import { type Route, route } from '../http/route.ts';
import { startArchive } from './make-archive.ts';

export const archiveRoutes: Route[] = [
  route(contract.startCompanyArchive, async (ctx, { body }) => ({ taskId: await startArchive(ctx, body) })),
];
