import type { FastifyInstance } from 'fastify';

/** The cookie of the first company's staff member, signed in without a network. */
export async function signInOf(app: FastifyInstance): Promise<string> {
  const payload = { phone: '18800000001', password: 'bench-2026' };
  const { statusCode, headers, body } = await app.inject({ method: 'POST', url: '/api/session', payload });
  if (statusCode !== 200) throw new Error(body);
  return String(headers['set-cookie']).split(';')[0]!;
}
