import { expect, it } from 'vitest';
import { guardedLookup, isAllowedTarget, RefusedTarget, urlProblem } from './guard-address.ts';

const outside = { hasEmulator: false };

it('lets pushes go to public addresses and to no network of our own', () => {
  const refused = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
    '',
  ];
  expect(refused.filter((ip) => isAllowedTarget(ip, outside))).toEqual([]);
  const allowed = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '240e::1', '2400:3200::1'];
  expect(allowed.filter((ip) => !isAllowedTarget(ip, outside))).toEqual([]);
  expect(['127.0.0.1', '::1'].every((ip) => isAllowedTarget(ip, { hasEmulator: true }))).toBe(true);
  expect(isAllowedTarget('10.0.0.1', { hasEmulator: true })).toBe(false);
});

it('says what is wrong with an address before it is kept', () => {
  const wrong = [
    'nonsense',
    'http://erp.example.com/hook',
    'ftp://erp.example.com/',
    'https://user:secret@erp.example.com/',
    'https://erp.example.com/#part',
    'https://127.0.0.1/hook',
    'https://2130706433/hook',
    'https://0x7f.1/hook',
    'https://[::1]/hook',
    'https://[::ffff:10.0.0.1]/hook',
    'https://localhost/hook',
    'https://db/hook',
    'https://metadata.google.internal/',
  ];
  expect(wrong.filter((url) => urlProblem(url, outside) === null)).toEqual([]);
  expect(urlProblem('https://erp.example.com:8443/hook?from=anlin', outside)).toBeNull();
  expect(urlProblem('http://127.0.0.1:4000/hook', { hasEmulator: true })).toBeNull();
  expect(urlProblem('http://10.0.0.1:4000/hook', { hasEmulator: true })).toContain('https');
});

it('connects to the address it checked, and refuses a name that also points inside', async () => {
  const answering = (...addresses: string[]) =>
    guardedLookup(outside, ((_name: string, _options: object, done: (error: null, found: object[]) => void) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as never);
  const ask = (lookup: ReturnType<typeof guardedLookup>) =>
    new Promise((resolve) => lookup('erp.example.com', {}, (error, address) => resolve(error ?? address)));
  expect(await ask(answering('8.8.8.8'))).toBe('8.8.8.8');
  expect(await ask(answering('8.8.8.8', '127.0.0.1'))).toBeInstanceOf(RefusedTarget);
  expect(await ask(answering('169.254.169.254'))).toBeInstanceOf(RefusedTarget);
  expect(await ask(answering())).toBeInstanceOf(RefusedTarget);
});
