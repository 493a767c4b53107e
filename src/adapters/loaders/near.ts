/** What a manifest may not lead to by itself: this machine, its network, and what answers there. */
import { lookup as dnsLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { LoadFailure } from '../../ports/loader.ts';
import { isPublic } from '../relay/public-address.ts';

/** True of a URL that somebody asked for; `*` at the end stands for everything that begins so. */
export function isAsked(url: URL, asked: readonly string[]): boolean {
  return asked.some((text) => {
    const isPrefix = text.endsWith('*');
    const written = isPrefix ? text.slice(0, -1) : text;
    if (!URL.canParse(written)) return false;
    const known = new URL(written);
    known.hash = '';
    known.username = '';
    known.password = '';
    return isPrefix ? known.origin === url.origin && url.href.startsWith(known.href) : known.href === url.href;
  });
}

/** Why the host itself is refused; a name is looked at when it is resolved. */
export function refusedHost({ hostname }: URL): LoadFailure | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) && !isPublic(address) ? nearFailure(address) : undefined;
}

export const nearCode = 'ERR_HEADGATE_NEAR';

/** Resolves a name for one connection, which then goes to the very address that was looked at. */
export const publicLookup: LookupFunction = (host, options, tell) => {
  dnsLookup(host, { ...options, all: true }, (error, found) => {
    if (error) {
      tell(error, []);
      return;
    }
    const open = found.filter(({ address }) => isPublic(address));
    const [first] = open;
    if (first) {
      if (options.all) tell(null, open);
      else tell(null, first.address, first.family);
      return;
    }
    const refused = new Error(found[0]?.address ?? '') as NodeJS.ErrnoException;
    refused.code = nearCode;
    tell(refused, []);
  });
};

export const nearFailure = (address: string): LoadFailure => ({
  kind: 'network',
  message: `it leads to ${address}, which is this machine or a private network`,
  help: 'a manifest may not lead there by itself; if you want it read, say so: `--allow-url URL`',
});
