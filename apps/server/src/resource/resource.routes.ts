import {
  batchEditEndpoint,
  exportEndpoint,
  fieldsEndpoint,
  okReply,
  optionsEndpoint,
  resourceEndpoints,
} from '@anlin/contract';
import { applyOrRequest } from '../platform/approvals/apply-or-request.ts';
import type { Context } from '../platform/context.ts';
import { keptRoute, type Route, route } from '../platform/http/route.ts';
import { startBatchEdit } from './batch-edit.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { customFieldsOf } from './custom/read-custom-fields.ts';
import { getRow } from './get-row.ts';
import { listOptions } from './list-options.ts';
import { listRows } from './list-rows.ts';
import { resourceDeletion } from './resource-deletion.ts';
import { startExport } from './start-export.ts';
import { createRow, updateRow } from './write-row.ts';

/**
 * Every route a resource has: list, get, choices; create, update, delete unless it is list-only; export where the
 * definition names the right.
 */
export function resourceRoutes(binding: ResourceBinding): Route[] {
  const exporting = exportEndpoint(binding.definition);
  return [
    ...readRoutes(binding),
    ...(binding.definition.isListOnly ? [] : writeRoutes(binding)),
    ...(binding.isBatchEdited
      ? [route(batchEditEndpoint(binding.definition), (ctx, { body }) => startBatchEdit(ctx, binding, body))]
      : []),
    ...(exporting
      ? [route(exporting, async (ctx, { body }) => ({ taskId: await startExport(ctx, binding, body) }))]
      : []),
  ];
}

function readRoutes(binding: ResourceBinding): Route[] {
  const endpoints = resourceEndpoints(binding.definition);
  return [
    keptRoute(endpoints.list, (ctx, { query }) => listRows(ctx, binding, query)),
    route(optionsEndpoint(binding.definition), async (ctx, { query }) => ({
      rows: await listOptions(ctx, binding, query),
    })),
    ...(binding.definition.hasCustomFields
      ? [route(fieldsEndpoint(binding.definition), (ctx) => fieldsOf(ctx, binding))]
      : []),
    route(endpoints.get, (ctx, { params }) => getRow(ctx, binding, params.id)),
  ];
}

async function fieldsOf(ctx: Context, { definition }: ResourceBinding) {
  const builtIn = Object.entries(definition.fields).map(([key, { kind, label, isRequired, isReadOnly }]) => ({
    key,
    kind,
    label,
    isRequired: isRequired ?? false,
    isReadOnly: isReadOnly ?? false,
  }));
  return { builtIn, custom: await customFieldsOf(ctx, definition.borrowed?.resource ?? definition.name) };
}

function writeRoutes(binding: ResourceBinding): Route[] {
  const endpoints = resourceEndpoints(binding.definition);
  const deletion = resourceDeletion(binding);
  return [
    route(endpoints.create, async (ctx, { body }) => ({ id: await createRow(ctx, binding, body as Values) })),
    route(endpoints.update, async (ctx, { params, body }) => {
      await updateRow(ctx, binding, params.id, body as Values);
      return okReply;
    }),
    route(batchEditEndpoint(binding.definition), (ctx, { body }) => startBatchEdit(ctx, binding, body)),
    route(endpoints.remove, (ctx, { params, query }) =>
      applyOrRequest(ctx, deletion, { id: params.id }, query.reason ?? ''),
    ),
  ];
}
