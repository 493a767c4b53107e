/** Where on the server things lie. Keys of headgate are paths of the engine as they are. */
import { hasControl } from '../../../base/control.ts';
import { keyFault } from '../../../language/secrets/reference.ts';
import type { SecretAddress, VaultFault } from '../../../ports/vault.ts';
import { faultOf } from './faults.ts';

/**
 * Values that nobody is given yet lie below it, so that whoever may read a secret, or a folder of them, cannot read the next value by
 * that.
 */
export const pendingFolder = 'headgate-pending';
const maxPathLength = 512;

/** `name` is the number that the version will have; of a first one the token of its write. */
export const pendingPath = (key: string, name: string): string => `${pendingFolder}/${key}/${name}`;
export const isPending = (path: string): boolean => path === pendingFolder || path.startsWith(`${pendingFolder}/`);

export interface Paths {
  readonly data: (path: string, version?: number) => string;
  readonly metadata: (path: string) => string;
  readonly listOf: (folder: string) => string;
  readonly deletion: (path: string) => string;
  readonly mount: string;
}

export function pathsOf(mount: string): Paths {
  const below = (part: string, path: string) => `${mount}/${part}/${encoded(path)}`;
  return {
    data: (path, version) => below('data', path) + (version === undefined ? '' : `?version=${version}`),
    metadata: (path) => below('metadata', path),
    /** `folder` is empty, or ends with a slash. */
    listOf: (folder) => `${below('metadata', folder)}?list=true`,
    deletion: (path) => below('delete', path),
    mount,
  };
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Of a secret that is to be read. */
export function pathOf({
  key,
  externalRef,
}: SecretAddress): { readonly path: string } | { readonly fault: VaultFault } {
  const path = externalRef ?? key;
  const fault = externalRef === undefined ? keyRefused(key) : externalRefused(externalRef);
  return fault ? { fault } : { path };
}

export function keyRefused(key: string): VaultFault | undefined {
  const fault = keyFault(key);
  if (fault !== null) return faultOf('invalid_request', 'key_refused', fault, 'use another key');
  return isPending(key) ? reserved() : undefined;
}

/** A path that no server or proxy reads as another one. */
export const isPath = (path: string): boolean =>
  path.length <= maxPathLength &&
  !hasControl(path) &&
  !/\p{Surrogate}/u.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function externalRefused(path: string): VaultFault | undefined {
  if (isPending(path)) return reserved();
  if (isPath(path)) return undefined;
  return faultOf(
    'invalid_request',
    'path_refused',
    'this cannot be the path of a secret of this engine',
    'write the path below the mount, without a slash at an end',
  );
}

/** It becomes part of paths and names. */
export const tokenRefused = (token: string): VaultFault | undefined =>
  /^[A-Za-z0-9-]{1,64}$/.test(token)
    ? undefined
    : faultOf('invalid_request', 'token_refused', 'this cannot be the token of a write', 'give a UUID');

const reserved = (): VaultFault =>
  faultOf(
    'invalid_request',
    'reserved_key',
    `what lies below \`${pendingFolder}/\` is kept by headgate for values that are not in use yet`,
    'use another key',
  );
