/** What the metadata of a secret says: who made it, and which versions there are. No value is in it. */
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { mountMissing, refusedRequest, unexpectedForm } from './faults.ts';
import { below, type Fields, fieldsOf, flagIn, numberIn, textIn, textsIn } from './form.ts';

export interface SecretState {
  /** Zero where there never was one. */
  readonly newest: number;
  /** Neither deleted nor destroyed, in order. */
  readonly live: readonly number[];
  readonly managed: boolean;
  readonly marks: ReadonlyMap<string, string>;
  readonly createdAt: string | null;
  readonly changedAt: string | null;
}

/** In custom metadata, beside whatever else stands there. */
export const managedMark = { 'managed-by': 'headgate' } as const;
/** By which write a version came to be. */
export const tokenMark = (version: number): string => `headgate-token-${version}`;

/** Null where the server knows nothing of it. */
export async function askSecret(
  engine: Engine,
  path: string,
  signal?: AbortSignal,
): Promise<VaultAnswer<SecretState | null>> {
  const reply = await engine.client.read(engine.paths.metadata(path), signal);
  if ('fault' in reply) return reply;
  if (reply.status === 404)
    return isMountMissing(reply.body) ? { fault: mountMissing(engine.paths.mount) } : { value: null };
  if (reply.status !== 200) return { fault: refusedRequest(engine.client.origin) };
  const state = stateOf(below(reply.body, 'data'));
  return state ? { value: state } : { fault: unexpectedForm(engine.client.origin) };
}

/** A secret that is not there is told with an empty list, and a mount that is not there with a reason. */
export const isMountMissing = (body: unknown): boolean => (textsIn(fieldsOf(body), 'errors')?.length ?? 0) > 0;

function stateOf(data: Fields | undefined): SecretState | undefined {
  const newest = numberIn(data, 'current_version');
  const versions = below(data, 'versions') ?? {};
  if (!data || newest === undefined || !Number.isSafeInteger(newest) || newest < 0) return undefined;
  const live = Object.keys(versions).filter(
    (name) => /^[1-9][0-9]{0,8}$/.test(name) && isLive(fieldsOf(versions[name])),
  );
  const custom = below(data, 'custom_metadata') ?? {};
  return {
    newest,
    live: live.map(Number).sort((a, b) => a - b),
    managed: custom['managed-by'] === managedMark['managed-by'],
    marks: new Map(Object.entries(custom).filter((one): one is [string, string] => typeof one[1] === 'string')),
    createdAt: textIn(data, 'created_time') ?? null,
    changedAt: textIn(data, 'updated_time') ?? null,
  };
}

const isLive = (version: Fields | undefined): boolean =>
  version !== undefined && flagIn(version, 'destroyed') !== true && (textIn(version, 'deletion_time') ?? '') === '';
