/** Where a server of secrets is. What is refused is not quoted: a password may stand in it. */

export interface AddressFault {
  /** Behind the name of what has the address. */
  readonly fault: string;
  readonly remedy: string;
}

/** An origin and nothing more: a path would change what is asked, and a user or a query may be credentials. O(length). */
export function originOf(address: string): { readonly origin: string } | AddressFault {
  const remedy = 'write an origin, such as `https://vault.example:8200`';
  // A parser leaves some of these out without a word.
  if (/[\s\\?#@]/.test(address) || !URL.canParse(address)) return { fault: 'is not an origin', remedy };
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { fault: 'is neither http nor https', remedy };
  if (url.pathname !== '/' || !/^https?:\/\/[^/]/i.test(address)) return { fault: 'is more than an origin', remedy };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return {
      fault: 'is plain http, and not on this machine: the token and all secrets could be read on the way',
      remedy: 'use https; or let something on this machine that speaks TLS carry it, and name that',
    };
  return { origin: url.origin };
}

const mountForm = /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;
const maxMountLength = 128;

export const isMount = (mount: string): boolean =>
  mount.length <= maxMountLength &&
  mountForm.test(mount) &&
  mount.split('/').every((part) => part !== '.' && part !== '..');

/** As URL parsers write a host. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
