import type { SecretAddress, SecretValue, VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { faultOf, missingSecret } from './faults.ts';
import { pathOf } from './paths.ts';
import { noSuchVersion, readVersion } from './read-version.ts';
import { askSecret } from './secret-state.ts';
import { textOf } from './value.ts';

export async function resolveSecret(
  engine: Engine,
  address: SecretAddress,
  signal?: AbortSignal,
): Promise<VaultAnswer<SecretValue>> {
  const at = pathOf(address);
  if ('fault' in at) return at;
  const shown = address.key;
  const wanted = await versionOf(engine, { path: at.path, address }, signal);
  if ('fault' in wanted) return wanted;
  const which = wanted.value === null ? {} : { version: wanted.value };
  const read = await readVersion(engine, { path: at.path, shown, ...which }, signal);
  if ('fault' in read) return read;
  const text = textOf(read.value.data);
  if (text !== undefined) return { value: { text, version: String(read.value.version) } };
  return {
    fault: faultOf(
      'provider_error',
      'inexact_number',
      `\`${shown}\` holds a number that cannot be passed on exactly`,
      'store it as a text',
    ),
  };
}

/** Null stands for the newest. */
async function versionOf(
  engine: Engine,
  { path, address: { key, version } }: { readonly path: string; readonly address: SecretAddress },
  signal: AbortSignal | undefined,
): Promise<VaultAnswer<number | null>> {
  if (version === undefined) return { value: null };
  if ('number' in version) return { value: version.number };
  switch (version.stage) {
    case 'current':
    case 'latest':
      return { value: null };
    case 'previous': {
      const state = await askSecret(engine, path, signal);
      if ('fault' in state) return state;
      if (state.value === null) return { fault: missingSecret(key) };
      const { newest } = state.value;
      return newest > 1 ? { value: newest - 1 } : { fault: noSuchVersion(key, 'version before the newest one') };
    }
    default:
      return {
        fault: faultOf(
          'invalid_request',
          'unknown_stage',
          'this engine has versions by number, `current`, `latest` and `previous`',
          'write one of these behind `@`',
        ),
      };
  }
}
