/** One version with its value. */
import type { VaultAnswer, VaultFault } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { faultOf, missingSecret, mountMissing, refusedRequest, unexpectedForm } from './faults.ts';
import { below, type Fields, flagIn, numberIn, textIn } from './form.ts';
import { isMountMissing } from './secret-state.ts';
import { textOf } from './value.ts';

export interface VersionRead {
  readonly data: Fields;
  readonly version: number;
}

/** The newest one unless `version` is given. `shown` is what messages call it. */
export async function readVersion(
  engine: Engine,
  at: { readonly path: string; readonly shown: string; readonly version?: number },
  signal?: AbortSignal,
): Promise<VaultAnswer<VersionRead>> {
  const reply = await engine.client.read(engine.paths.data(at.path, at.version), signal);
  if ('fault' in reply) return reply;
  const { status, body } = reply;
  if (status === 404) return { fault: isMountMissing(body) ? mountMissing(engine.paths.mount) : notThere(body, at) };
  if (status !== 200) return { fault: refusedRequest(engine.client.origin) };
  const data = below(body, 'data', 'data');
  const version = numberIn(below(body, 'data', 'metadata'), 'version');
  if (!data || version === undefined || (at.version !== undefined && at.version !== version))
    return { fault: unexpectedForm(engine.client.origin) };
  return { value: { data, version } };
}

function notThere(
  body: unknown,
  { shown, version }: { readonly shown: string; readonly version?: number },
): VaultFault {
  const metadata = below(body, 'data', 'metadata');
  const named = version === undefined ? 'the newest version' : `version ${version}`;
  if (flagIn(metadata, 'destroyed'))
    return faultOf('not_found', 'destroyed', `${named} of \`${shown}\` was destroyed`, 'store it again');
  if ((textIn(metadata, 'deletion_time') ?? '') !== '')
    return faultOf(
      'not_found',
      'deleted',
      `${named} of \`${shown}\` was deleted`,
      'undelete it with the tools of the server, or store it again',
    );
  return version === undefined ? missingSecret(shown) : noSuchVersion(shown, named);
}

export const noSuchVersion = (shown: string, named: string): VaultFault =>
  faultOf(
    'not_found',
    'no_such_version',
    `there is no ${named} of \`${shown}\``,
    'name another version; servers keep ten unless told otherwise',
  );

/** Whether it has this value. */
export async function holds(
  engine: Engine,
  key: string,
  version: number,
  { value }: { readonly value: string },
): Promise<VaultAnswer<boolean>> {
  const read = await readVersion(engine, { path: key, shown: key, version });
  if ('value' in read) return { value: textOf(read.value.data) === value };
  return read.fault.code === 'not_found' ? { value: false } : read;
}
