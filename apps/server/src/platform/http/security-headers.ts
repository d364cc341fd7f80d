import type { onRequestHookHandler } from 'fastify';

const contentPolicy = [
  "default-src 'self'",
  "base-uri 'self'",
  "connect-src 'self'",
  "font-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "script-src 'self'",
  "script-src-attr 'none'",
  // antd writes its styles into the page.
  "style-src 'self' 'unsafe-inline'",
].join(';');

/**
 * What keeps browsers from being tricked, on every answer. No strict-transport-security: whether there is TLS in front is the
 * operator's to know.
 */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

export const protectBrowsers: onRequestHookHandler = (_request, reply, done) => {
  reply.headers(headers);
  done();
};
