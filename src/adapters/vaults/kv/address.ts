/** Where the server is, and where on it the engine is. What is refused is not quoted: a password may stand in it. */
import type { VaultFault } from '../../../ports/vault.ts';
import { faultOf } from './faults.ts';

const mountForm = /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;
const maxMountLength = 128;

/** An origin and nothing more: a path would change what is asked, and a user or a query may be credentials. */
export function readAddress(address: string): { readonly origin: string } | { readonly fault: VaultFault } {
  const refused = (message: string, remedy: string) => ({
    fault: faultOf('invalid_request', 'address_refused', message, remedy),
  });
  const remedy = 'write an origin, such as `https://vault.example:8200`';
  // A parser leaves some of these out without a word.
  if (/[\s\\?#@]/.test(address) || !URL.canParse(address)) return refused('its address is not an origin', remedy);
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refused('its address is neither http nor https', remedy);
  if (url.pathname !== '/' || !/^https?:\/\/[^/]/i.test(address))
    return refused('its address is more than an origin', remedy);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return refused(
      'its address is plain http, and not on this machine: the token and all secrets could be read on the way',
      'use https; or let something on this machine that speaks TLS carry it, and name that',
    );
  return { origin: url.origin };
}

export const mountFault = (mount: string): VaultFault | null =>
  mount.length <= maxMountLength &&
  mountForm.test(mount) &&
  mount.split('/').every((part) => part !== '.' && part !== '..')
    ? null
    : faultOf(
        'invalid_request',
        'mount_refused',
        'its mount is not a path of letters, digits, `_`, `.` and `-`',
        'write where the engine is mounted, such as `secret`, without `data/` and without a slash at an end',
      );

/** As URL parsers write a host. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
