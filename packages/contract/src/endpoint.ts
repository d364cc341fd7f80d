import type { z } from 'zod';
import type { Permission } from './platform/permissions.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Residents on the phone: `verifiedPhone` whoever proved a phone, `resident` the same with the houses where they live in
 * sight, `householder` with those alone where they are owner, family or tenant. What is in sight is held by row-level security.
 */
export const residentAccesses = ['verifiedPhone', 'resident', 'householder'] as const;
export type ResidentAccess = (typeof residentAccesses)[number];

/**
 * Apps of third parties, which sign their requests (PAY-8): `app` any of them, the others those with a scope of that name. What is
 * in sight is the one community of the key.
 */
export const appAccesses = ['app', 'app.estate', 'app.bills', 'app.payments', 'app.statements'] as const;
export type AppAccess = (typeof appAccesses)[number];

/**
 * Who may call: a permission of the catalogue, `signedIn` for any session of staff, one of the residents' kinds,
 * one of the apps', `public` for nobody-in-particular. There is no default, so that nobody forgets it.
 */
export type Access = Permission | 'signedIn' | ResidentAccess | AppAccess | 'public';

export function isResidentAccess(access: Access): access is ResidentAccess {
  return (residentAccesses as readonly string[]).includes(access);
}

export function isAppAccess(access: Access): access is AppAccess {
  return (appAccesses as readonly string[]).includes(access);
}

/** How a body or a reply travels when it is not JSON. */
export type Transport = 'json' | 'upload' | 'download' | 'events' | 'raw';

export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  /** Stable name, `house.list`; the operation id of the OpenAPI document. */
  id: string;
  method: HttpMethod;
  /** `/api/houses/:id` */
  path: string;
  access: Access;
  /** One Chinese line for the API document. */
  summary: string;
  /** Chapter of the API document. */
  tag: string;
  transport: Transport;
  params: Params;
  query: Query;
  body: Body;
  reply: Reply;
}

export interface EndpointInput<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
> {
  id: string;
  method: HttpMethod;
  path: string;
  access: Access;
  summary: string;
  tag: string;
  transport?: Transport;
  params?: Params;
  query?: Query;
  body?: Body;
  reply: Reply;
}

/** Declares one endpoint. What is left out of params, query and body is an empty object. */
export function defineEndpoint<
  Reply extends z.ZodType,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(input: EndpointInput<Params, Query, Body, Reply>): Endpoint<Params, Query, Body, Reply> {
  return { transport: 'json', ...input } as Endpoint<Params, Query, Body, Reply>;
}

/** What a caller gives: `{ params, query, body }` before parsing. */
export type EndpointArguments<E extends Endpoint> = {
  params: z.input<E['params']>;
  query: z.input<E['query']>;
  body: z.input<E['body']>;
};

/** What a handler gets: `{ params, query, body }` after parsing. */
export type EndpointRequest<E extends Endpoint> = {
  params: z.output<E['params']>;
  query: z.output<E['query']>;
  body: z.output<E['body']>;
};

export type EndpointReply<E extends Endpoint> = z.output<E['reply']>;
