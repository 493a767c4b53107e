/** `host:port` of a grant, taken apart. */

export interface Grant {
  readonly host: {
    /** `below` has the dot in front: every name that ends with it. */
    readonly kind: 'name' | 'below' | 'any' | 'address';
    readonly text: string;
  };
  /** `*` for every port. */
  readonly port: string;
}

/** Undefined for what grants nothing. */
export function grantOf(grant: string): Grant | undefined {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]]+):(\d+|\*)$/.exec(grant.toLowerCase()) ?? [];
  if (port === '' || (port !== '*' && (Number(port) < 1 || Number(port) > 65_535))) return undefined;
  if (host === '*') return { host: { kind: 'any', text: '' }, port };
  if (host.startsWith('[')) return { host: { kind: 'address', text: host.slice(1, -1) }, port };
  if (/^\d+(?:\.\d+){3}$/.test(host)) return { host: { kind: 'address', text: host }, port };
  if (!/^(?:\*\.)?[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)*$/.test(host)) return undefined;
  return host.startsWith('*.')
    ? { host: { kind: 'below', text: host.slice(1) }, port }
    : { host: { kind: 'name', text: host }, port };
}

/** This machine: under Compose that would be the proxy itself. */
export const isNear = (grant: string): boolean => /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\]):/i.test(grant);
