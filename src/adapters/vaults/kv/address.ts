/** Where the server is, and where on it the engine is, as faults of the vault. */
import { isMount, originOf } from '../../../language/secrets/vault-address.ts';
import type { VaultFault } from '../../../ports/vault.ts';
import { faultOf } from './faults.ts';

export function readAddress(address: string): { readonly origin: string } | { readonly fault: VaultFault } {
  const read = originOf(address);
  if ('origin' in read) return read;
  return { fault: faultOf('invalid_request', 'address_refused', `its address ${read.fault}`, read.remedy) };
}

export const mountFault = (mount: string): VaultFault | null =>
  isMount(mount)
    ? null
    : faultOf(
        'invalid_request',
        'mount_refused',
        'its mount is not a path of letters, digits, `_`, `.` and `-`',
        'write where the engine is mounted, such as `secret`, without `data/` and without a slash at an end',
      );
