import { randomUUID } from 'node:crypto';
import {
  createPartnerApp,
  createPartnerKey,
  type Endpoint,
  type EndpointReply,
  grantPartnerApp,
  type PartnerScope,
  type Problem,
} from '@anlin/contract';
import type { LightMyRequestResponse } from 'fastify';
import { Refused, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { signRequest } from '../../platform/partners/signature.ts';

/** A key that tests sign with. */
export interface TestKey {
  id: string;
  grantId: string;
  appId: string;
  accessId: string;
  secret: string;
}

let apps = 0;

/** Registers an app, grants it the scopes in a community, and makes a key. */
export async function makeKey(
  admin: TestPerson,
  communityId: string,
  scopes: readonly PartnerScope[] = ['estate', 'bills', 'payments', 'statements'],
  more: { requestsPerMinute?: number; allowedAddresses?: string[] } = {},
): Promise<TestKey> {
  apps += 1;
  const app = await admin.call(createPartnerApp, {
    body: { name: `应用${apps}`, maker: '软件公司', description: '', askedScopes: [...scopes] },
  });
  const granted = await admin.call(grantPartnerApp, {
    params: { id: app.id },
    body: { communityIds: [communityId], scopes: [...scopes] },
  });
  const grantId = granted.grantIds[0]!;
  const key = await admin.call(createPartnerKey, {
    body: {
      partnerGrantId: grantId,
      name: '',
      scopes: [...scopes],
      allowedAddresses: [],
      requestsPerMinute: 600,
      endsAt: null,
      ...more,
    },
  });
  return { ...key, grantId, appId: app.id };
}

export interface Sent {
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  nonce?: string;
  /** Seconds off the server's clock. */
  skew?: number;
  ip?: string;
  /** Signs one thing and sends another. */
  tamper?: { query?: string; body?: unknown; method?: 'GET' | 'POST' };
}

/** Sends a signed request of an app. */
export function sendSigned(
  server: Pick<TestApp, 'app' | 'clock'>,
  key: Pick<TestKey, 'accessId' | 'secret'>,
  endpoint: Endpoint,
  sent: Sent = {},
): Promise<LightMyRequestResponse> {
  const entries = Object.entries(sent.query ?? {}).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  const payload = sent.body === undefined ? '' : JSON.stringify(sent.body);
  const targetOf = (text: string) => endpoint.path + (text === '' ? '' : `?${text}`);
  const timestamp = String(Math.floor(server.clock.now().epochMilliseconds / 1000) + (sent.skew ?? 0));
  const nonce = sent.nonce ?? randomUUID();
  const { method } = endpoint;
  const signature = signRequest(key.secret, {
    method,
    target: targetOf(query),
    timestamp,
    nonce,
    body: Buffer.from(payload),
  });
  const given = sent.tamper?.body === undefined ? payload : JSON.stringify(sent.tamper.body);
  return server.app.inject({
    method: sent.tamper?.method ?? method,
    url: targetOf(sent.tamper?.query ?? query),
    remoteAddress: sent.ip ?? '127.0.0.1',
    headers: {
      'x-anlin-key': key.accessId,
      'x-anlin-timestamp': timestamp,
      'x-anlin-nonce': nonce,
      'x-anlin-signature': signature,
      ...(sent.idempotencyKey ? { 'idempotency-key': sent.idempotencyKey } : {}),
      ...(given === '' ? {} : { 'content-type': 'application/json' }),
    },
    ...(given === '' ? {} : { payload: given }),
  });
}

/** The same for what is expected to succeed; throws `Refused`. */
export async function callSigned<E extends Endpoint>(
  server: Pick<TestApp, 'app' | 'clock'>,
  key: Pick<TestKey, 'accessId' | 'secret'>,
  endpoint: E,
  sent: Sent = {},
): Promise<EndpointReply<E>> {
  const response = await sendSigned(server, key, endpoint, sent);
  if (response.statusCode !== 200) throw new Refused(response.json<Problem>());
  return response.json();
}
