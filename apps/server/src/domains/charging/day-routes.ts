import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { type ResourceBinding, resourceRoutes } from '../../resource/index.ts';
import { getToday, listToday, type withNextPeriods } from './list-with-day.ts';

/** The routes of a list whose rows depend on the day; `enrich` adds what only the application can work out. */
export function dayRoutes(
  binding: ResourceBinding,
  enrich: typeof withNextPeriods = (_, rows) => Promise.resolve(rows),
): Route[] {
  const { list, get } = contract.resourceEndpoints(binding.definition);
  const others = resourceRoutes(binding).filter(({ endpoint }) => endpoint.id !== list.id && endpoint.id !== get.id);
  return [
    route(list, async (ctx, { query }) => {
      const found = await listToday(ctx, binding, query);
      return { ...found, rows: await enrich(ctx, found.rows) };
    }),
    route(get, async (ctx, { params }) => {
      const [row] = await enrich(ctx, [await getToday(ctx, binding, params.id)]);
      return row!;
    }),
    ...others,
  ];
}
