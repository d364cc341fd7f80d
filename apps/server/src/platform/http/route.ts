import type { Readable } from 'node:stream';
import type { Endpoint, EndpointReply, EndpointRequest } from '@anlin/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../boundary.ts';
import type { Context } from '../context.ts';
import type { SignedApp } from '../partners/partner-boundary.ts';
import type { SignedInResident } from '../resident-boundary.ts';
import type { Services } from '../services.ts';

/** What a route may touch of HTTP besides its parsed input. */
export interface Http {
  request: FastifyRequest;
  reply: FastifyReply;
  services: Services;
  ip: string;
}

/** An authorised person whose transactions the handler opens itself: uploads, downloads and streams do not hold one open. */
export interface Session {
  run<T>(work: (ctx: Context, session: SignedIn) => Promise<T>): Promise<T>;
}

/** The same for a resident on the phone. */
export interface ResidentSession {
  run<T>(work: (ctx: Context, resident: SignedInResident) => Promise<T>): Promise<T>;
}

export type Route =
  | {
      kind: 'transaction';
      endpoint: Endpoint;
      handle: (ctx: Context, input: never, http: Http, session: SignedIn) => Promise<unknown>;
      /** The reply is kept and given again while nothing of the company changes: it reads the database and nothing else. */
      isKept?: boolean;
    }
  | { kind: 'session'; endpoint: Endpoint; handle: (session: Session, input: never, http: Http) => Promise<unknown> }
  | {
      kind: 'resident';
      endpoint: Endpoint;
      handle: (ctx: Context, input: never, http: Http, resident: SignedInResident) => Promise<unknown>;
    }
  | {
      kind: 'residentSession';
      endpoint: Endpoint;
      handle: (session: ResidentSession, input: never, http: Http) => Promise<unknown>;
    }
  | {
      kind: 'app';
      endpoint: Endpoint;
      handle: (ctx: Context, input: never, http: Http, app: SignedApp) => Promise<unknown>;
    }
  | { kind: 'public'; endpoint: Endpoint; handle: (services: Services, input: never, http: Http) => Promise<unknown> };

/** The plain case: one transaction, opened and authorised before the handler, committed after it. */
export function route<E extends Endpoint>(
  endpoint: E,
  handle: (ctx: Context, input: EndpointRequest<E>, http: Http, session: SignedIn) => Promise<EndpointReply<E>>,
): Route {
  return { kind: 'transaction', endpoint, handle };
}

/** The same for what is read often: its reply is kept while nothing of the company changes (ADR 0063). It must not write. */
export function keptRoute<E extends Endpoint>(
  endpoint: E,
  handle: (ctx: Context, input: EndpointRequest<E>) => Promise<EndpointReply<E>>,
): Route {
  return { kind: 'transaction', endpoint, handle, isKept: true };
}

/** For uploads, downloads and streams. */
export function sessionRoute<E extends Endpoint>(
  endpoint: E,
  handle: (session: Session, input: EndpointRequest<E>, http: Http) => Promise<EndpointReply<E> | Readable>,
): Route {
  return { kind: 'session', endpoint, handle };
}

/** For endpoints whose access is `public`: nobody is signed in. */
export function publicRoute<E extends Endpoint>(
  endpoint: E,
  handle: (services: Services, input: EndpointRequest<E>, http: Http) => Promise<EndpointReply<E> | Readable>,
): Route {
  return { kind: 'public', endpoint, handle };
}

/** For endpoints of residents: one transaction with the houses of their stays in sight, and nothing else. */
export function residentRoute<E extends Endpoint>(
  endpoint: E,
  handle: (
    ctx: Context,
    input: EndpointRequest<E>,
    http: Http,
    resident: SignedInResident,
  ) => Promise<EndpointReply<E>>,
): Route {
  return { kind: 'resident', endpoint, handle };
}

/** For uploads and downloads of residents. */
export function residentSessionRoute<E extends Endpoint>(
  endpoint: E,
  handle: (session: ResidentSession, input: EndpointRequest<E>, http: Http) => Promise<EndpointReply<E> | Readable>,
): Route {
  return { kind: 'residentSession', endpoint, handle };
}

/** For endpoints of third parties' apps: one transaction with the one community of the key in sight, and nothing else. */
export function appRoute<E extends Endpoint>(
  endpoint: E,
  handle: (ctx: Context, input: EndpointRequest<E>, http: Http, app: SignedApp) => Promise<EndpointReply<E>>,
): Route {
  return { kind: 'app', endpoint, handle };
}
