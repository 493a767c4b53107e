/** Which places outside a component may reach, and which nobody reaches by a name. */
import { isIP } from 'node:net';
import { isFar, isPublic, normalHost } from './public-address.ts';

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

/** A name may lead to the public internet. Anything nearer takes a grant of that very address and port, which was trusted as such. */
export const isReachable = (address: string, port: number, grants: readonly Grant[]): boolean =>
  isPublic(address) || grants.some((grant) => grant.host === normalHost(address) && grant.port === port);

/** A grant of this machine, of an address that no name may lead to, or of what can be read as neither. */
export function isNearTarget(text: string): boolean {
  const grant = parseGrant(text);
  if (!grant || grant.host === 'localhost') return true;
  return isIP(grant.host) !== 0 && !isFar(grant.host);
}
