/** Which places outside a component may reach, and which nobody reaches by a name. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface Grant {
  /** Lower case; `*.` in front stands for one label or more; `*` for every name. An address matches itself alone. */
  readonly host: string;
  /** Null for every port. */
  readonly port: number | null;
}

/** `host:port`, `*.example.com:443`, `[2001:db8::1]:443`, `example.com:*`; undefined for anything else. */
export function parseGrant(text: string): Grant | undefined {
  const match = /^(\[[^\]]+\]|[^:[\]]+):(\d+|\*)$/.exec(text.trim().toLowerCase());
  if (!match) return undefined;
  const [, written = '', port = ''] = match;
  const host = normalHost(written.replace(/^\[(.*)\]$/, '$1'));
  const number = port === '*' ? null : Number(port);
  if (number !== null && (number < 1 || number > 65_535)) return undefined;
  const isName = /^(\*|(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*)$/.test(host);
  return isIP(host) || isName ? { host, port: number } : undefined;
}

/** One spelling for one place: case, the dot of the root, and every way to write an address. */
export function normalHost(host: string): string {
  const plain = host.toLowerCase().replace(/\.$/, '');
  try {
    return isIP(plain) === 6 ? new URL(`http://[${plain}]/`).hostname.slice(1, -1) : plain;
  } catch {
    return plain;
  }
}

export function isGranted(host: string, port: number, grants: readonly Grant[]): boolean {
  return grants.some((grant) => {
    if (grant.port !== null && grant.port !== port) return false;
    if (grant.host === host) return true;
    if (isIP(host)) return false;
    return grant.host === '*' || (grant.host.startsWith('*.') && host.endsWith(grant.host.slice(1)));
  });
}

/** Without those that cover it by a wildcard. */
export const namedIn = (host: string, grants: readonly Grant[]): readonly Grant[] =>
  grants.filter((grant) => grant.host === host);

/** A name may lead to the public internet. Anything nearer takes a grant of the address itself. */
export const isReachable = (address: string, port: number, grants: readonly Grant[]): boolean =>
  isPublic(address) ||
  isGranted(
    normalHost(address),
    port,
    grants.filter(({ host }) => isIP(host)),
  );

const near = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata services of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Azure's, in the middle of public addresses.
  ['168.63.129.16', 32],
] as const)
  near.addSubnet(network, bits, 'ipv4');

/** Global unicast, without the parts of it that carry an IPv4 address or lead nowhere. */
const far6 = new BlockList();
far6.addSubnet('2000::', 3, 'ipv6');
const near6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  near6.addSubnet(network, bits, 'ipv6');

function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !near.check(address, 'ipv4') && !isOwn(address);
  return far6.check(address, 'ipv6') && !near6.check(address, 'ipv6') && !isOwn(normalHost(address));
}

/** This machine, by an address that others reach it at. */
const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces())
    .flat()
    .some((known) => known !== undefined && normalHost(known.address.replace(/%.*$/, '')) === address);
