import {
  createCustomField,
  customFieldResources,
  customFieldUsage,
  listCustomFields,
  okReply,
  removeCustomField as removeEndpoint,
  restoreCustomField as restoreEndpoint,
  updateCustomField,
} from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import type { ResourceBinding } from '../binding.ts';
import {
  addCustomField,
  changeCustomField,
  countCustomValues,
  definitionNamed,
  removeCustomField,
  restoreCustomField,
} from './edit-custom-field.ts';
import { customFieldsOf } from './read-custom-fields.ts';

/** The page 自定义字段: fields of every resource whose definition says `hasCustomFields`. */
export function customFieldRoutes(bindings: readonly ResourceBinding[]): Route[] {
  const definitions = new Map(
    bindings
      .filter(({ definition }) => definition.hasCustomFields && definition.borrowed === undefined)
      .map(({ definition }) => [definition.name, definition]),
  );
  return [
    route(customFieldResources, async () => ({
      rows: [...definitions.values()].map(({ name, label }) => ({ resource: name, label })),
    })),
    route(listCustomFields, async (ctx, { query }) => ({
      rows: await customFieldsOf(ctx, definitionNamed(definitions, query.resource).name, { withArchived: true }),
    })),
    route(createCustomField, async (ctx, { body }) => ({
      id: await addCustomField(ctx, definitionNamed(definitions, body.resource), body),
    })),
    route(updateCustomField, async (ctx, { params, body }) => {
      await changeCustomField(ctx, definitions, params.id, body);
      return okReply;
    }),
    route(customFieldUsage, (ctx, { params }) => countCustomValues(ctx, params.id)),
    route(removeEndpoint, (ctx, { params }) => removeCustomField(ctx, definitions, params.id)),
    route(restoreEndpoint, async (ctx, { params }) => {
      await restoreCustomField(ctx, definitions, params.id);
      return okReply;
    }),
  ];
}
