/** Marks in the custom metadata of a secret. Each is set or taken away by itself, so that writers at once lose none. */
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { refusedRequest } from './faults.ts';
import { managedMark, type SecretState, tokenMark } from './secret-state.ts';

/** Servers take 64 marks of a secret, and keep ten versions unless told otherwise. */
const kept = 20;

/** `null` takes one away. */
export async function setMarks(
  { client, paths }: Engine,
  key: string,
  marks: Readonly<Record<string, string | null>>,
): Promise<VaultAnswer<null>> {
  const reply = await client.write('PATCH', paths.metadata(key), { custom_metadata: marks });
  if ('fault' in reply) return reply;
  return reply.status === 200 || reply.status === 204 ? { value: null } : { fault: refusedRequest(client.origin) };
}

/** Of a version that headgate has written; those of versions long gone are taken away. */
export function versionMarks(version: number, token: string, state: SecretState | null): Record<string, string | null> {
  const marks: Record<string, string | null> = { ...managedMark, [tokenMark(version)]: token };
  for (const name of state?.marks.keys() ?? []) {
    const old = /^headgate-token-([1-9][0-9]{0,8})$/.exec(name);
    if (old && Number(old[1]) <= version - kept) marks[name] = null;
  }
  return marks;
}

/** The version that a write has made; undefined where it made none. */
export function versionOfToken({ marks, newest }: SecretState, token: string): number | undefined {
  for (let version = newest; version > Math.max(0, newest - kept); version--)
    if (marks.get(tokenMark(version)) === token) return version;
  return undefined;
}
