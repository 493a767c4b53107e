/**
 * A value that is to become a version. The engine gives the newest version to everybody, so until then it lies below a path of its own,
 * under the number that the version will have: whoever makes it so takes that number or nothing.
 */
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { refusedRequest, unexpectedForm } from './faults.ts';
import { below, textIn, textsIn } from './form.ts';
import { pendingFolder, pendingPath } from './paths.ts';

export interface Pending {
  readonly value: string;
  /** By which write it came. */
  readonly token: string;
}

export async function readPending(
  { client, paths }: Engine,
  key: string,
  name: string,
): Promise<VaultAnswer<Pending | null>> {
  const reply = await client.read(paths.data(pendingPath(key, name)));
  if ('fault' in reply) return reply;
  if (reply.status === 404) return { value: null };
  const data = below(reply.body, 'data', 'data');
  const [value, token] = [textIn(data, 'value'), textIn(data, 'token')];
  if (value === undefined || token === undefined) return { fault: unexpectedForm(client.origin) };
  return { value: { value, token } };
}

export const isVersion = (name: string): boolean => /^[1-9][0-9]{0,8}$/.test(name);

/** Of what lies aside for a secret. */
export async function pendingNames({ client, paths }: Engine, key: string): Promise<VaultAnswer<readonly string[]>> {
  const reply = await client.read(paths.listOf(`${pendingFolder}/${key}/`));
  if ('fault' in reply) return reply;
  if (reply.status === 404) return { value: [] };
  const names = textsIn(below(reply.body, 'data'), 'keys');
  if (!names) return { fault: unexpectedForm(client.origin) };
  // Folders are those of longer keys.
  return { value: names.filter((name) => /^[A-Za-z0-9-]{1,64}$/.test(name)) };
}

/** Leaves nothing of the value. What is not there is as good as gone. */
export async function dropPending({ client, paths }: Engine, key: string, name: string): Promise<VaultAnswer<null>> {
  const reply = await client.write('DELETE', paths.metadata(pendingPath(key, name)));
  if ('fault' in reply) return reply;
  return reply.status === 400 ? { fault: refusedRequest(client.origin) } : { value: null };
}
