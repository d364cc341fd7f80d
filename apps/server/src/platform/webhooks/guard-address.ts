import { lookup as lookupName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * What may be pushed to. Outside an installation with an emulator: https to public addresses alone. `hasEmulator` opens loopback as well,
 * without TLS, so that a receiver on the developer's machine can be tried.
 */
export interface AddressRule {
  hasEmulator: boolean;
}

/** Networks that are not the public internet (IANA special-purpose registries): nothing of ours is sent there on a stranger's word. */
const special: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const special4 = new BlockList();
for (const [network, bits] of special) special4.addSubnet(network, bits, 'ipv4');
/** Of IPv6 only what is handed out as global unicast, without what wraps or documents IPv4 (Teredo, ORCHID, 6to4, documentation). */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const special6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special6.addSubnet(network, bits, 'ipv6');

const isLoopback = (ip: string) => ip === '::1' || (isIP(ip) === 4 && ip.startsWith('127.'));

/** Whether an IP address may be connected to. IPv4 wrapped into IPv6 is no global unicast and so refused. */
export function isAllowedTarget(ip: string, { hasEmulator }: AddressRule): boolean {
  if (hasEmulator && isLoopback(ip)) return true;
  const version = isIP(ip);
  if (version === 4) return !special4.check(ip, 'ipv4');
  return version === 6 && global6.check(ip, 'ipv6') && !special6.check(ip, 'ipv6');
}

/** Why an address typed in cannot be used, in Chinese; null: it can, as far as can be told before it is resolved. */
export function urlProblem(text: string, rule: AddressRule): string | null {
  const url = URL.parse(text);
  if (!url) return '不是完整的网址';
  if (url.username !== '' || url.password !== '') return '网址里不能带用户名和密码';
  if (url.hash !== '') return '网址里不能带 #';
  const host = hostOf(url);
  const isLocal = rule.hasEmulator && (isLoopback(host) || host === 'localhost');
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) return '须以 https:// 开头';
  if (isLocal) return null;
  if (isIP(host) !== 0) return isAllowedTarget(host, rule) ? null : '不能是内网或保留的地址';
  if (!host.includes('.') || /(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(host)) return '不能是内网的主机名';
  return null;
}

/** Host name without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export class RefusedTarget extends Error {}

/**
 * Looks a name up for the socket that connects, and refuses every address that is not public: what was checked is what is connected to, so a
 * name that answers differently the second time (DNS rebinding) gains nothing. All addresses must pass, not only the first.
 */
export function guardedLookup(rule: AddressRule, lookup: typeof lookupName = lookupName): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowedTarget(address, rule)))
        return done(new RefusedTarget('域名指向内网或保留的地址'), '', 0);
      if (options.all) return done(null, addresses);
      done(null, first.address, first.family);
    });
  };
}
