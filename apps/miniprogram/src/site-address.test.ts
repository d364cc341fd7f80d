import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathOnSite, withoutQuery, withQuery } from './site-address.ts';

const site = 'https://wuye.example.com';

test.each([
  ['https://wuye.example.com', '/'],
  ['https://wuye.example.com/m/0a1b2c3d/bills?x=1#top', '/m/0a1b2c3d/bills?x=1#top'],
  ['HTTPS://Wuye.Example.com/m/', '/m/'],
  ['https://wuye.example.com?x=1', '/?x=1'],
  [' https://wuye.example.com/m/pay/abc\n', '/m/pay/abc'],
  ['/m/0a1b2c3d/dues', '/m/0a1b2c3d/dues'],
])('%s is an address of the site', (text, path) => {
  expect(pathOnSite(site, text)).toBe(path);
});

test.each([
  '',
  'm/0a1b2c3d',
  'http://wuye.example.com/m/',
  'https://wuye.example.com.evil.cn/m/',
  'https://wuye.example.com@evil.cn/m/',
  'https://wuye.example.com:8443/m/',
  'https://wuye.example.com\\@evil.cn/',
  'https://wuye.example.com//evil.cn',
  'https://evil.cn/?u=https://wuye.example.com',
  '//evil.cn/m/',
  '/\\evil.cn',
  '/m/\tdues',
  'javascript:alert(1)',
  'weixin://dl/business/',
])('%s is no address of the site', (text) => {
  expect(pathOnSite(site, text)).toBeNull();
});

test('whatever is let through, a browser opens at the site', () => {
  const piece = fc.oneof(
    fc.constantFrom(site, 'https:', '/', '//', '\\', '@', ':', '.', '?', '#', 'evil.cn', '..', '%2f', '\t', ' ', '业'),
    fc.string({ maxLength: 3 }),
  );
  const text = fc.tuple(fc.constantFrom(site, '', '/'), fc.array(piece, { maxLength: 6 }));
  fc.assert(
    fc.property(text, ([start, rest]) => {
      const path = pathOnSite(site, start + rest.join(''));
      if (path === null) return;
      expect(new URL(`${site}${path}`).origin).toBe(site);
      expect(new URL(`${site}${withQuery(path, { wxPay: 'ok' })}`).searchParams.getAll('wxPay')).toEqual(['ok']);
    }),
    { numRuns: 2000 },
  );
});

test('a value takes the place of the one of the same name, before the fragment', () => {
  expect(withQuery('/m/dues?wxPay=fail&tab=2#list', { wxPay: 'ok' })).toBe('/m/dues?tab=2&wxPay=ok#list');
  expect(withQuery('/m/dues', { wxAccepted: 'a,b' })).toBe('/m/dues?wxAccepted=a%2Cb');
  expect(withQuery('/m/dues', {})).toBe('/m/dues');
  expect(withoutQuery('/m/dues?wx%43ode=theirs&tab=2', 'wxCode')).toBe('/m/dues?tab=2');
});
