/**
 * What programs are told of the way out. The loopback of a sandbox holds the component's own ports and edges, so it is named in
 * NO_PROXY; a loopback address that was granted is one of the machine outside, so it is not. Many clients compare hosts and know no
 * ports in NO_PROXY: edges keep an address that was not granted, which any client leaves alone.
 */
import { type Grant, isGranted, namedIn, parseGrant } from './egress-grants.ts';

const loopback = ['localhost', '127.0.0.1', '::1'] as const;

const readGrants = (texts: readonly string[]): readonly Grant[] => texts.flatMap((text) => parseGrant(text) ?? []);

/** The address at which a component with these grants finds its slots. */
export function slotAddress(grants: readonly string[]): string {
  const read = readGrants(grants);
  let last = 1;
  while (last < 254 && namedIn(`127.0.0.${last}`, read).length > 0) last++;
  return `127.0.0.${last}`;
}

/** The proxy itself is a slot at `port`. `own` are all ports that the component has on its loopback. */
export function proxyEnvironment(
  port: number,
  grants: readonly string[] = [],
  own: readonly number[] = [],
): Readonly<Record<string, string>> {
  const url = `http://127.0.0.1:${port}`;
  const read = readGrants(grants);
  const direct = [...new Set([...loopback, slotAddress(grants)])].flatMap((host) => {
    // Neither `*` nor another spelling takes a place away from the component.
    const named = namedIn(host, read);
    if (named.length === 0) return [host];
    // Some clients refuse to start when they read an IPv6 address with a port here.
    if (host === '::1') return [];
    return own.filter((one) => !isGranted(host, one, named)).map((one) => `${host}:${one}`);
  });
  const none = direct.join(',');
  return { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: none, http_proxy: url, https_proxy: url, no_proxy: none };
}
