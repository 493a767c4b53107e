/** A version, written only if it is the next one. */
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { mountMissing, refusedRequest, unexpectedForm } from './faults.ts';
import { below, numberIn } from './form.ts';
import { askSecret } from './secret-state.ts';

/** `lost` where somebody else has written meanwhile. */
export async function writeVersion(
  engine: Engine,
  path: string,
  { after, data }: { readonly after: number; readonly data: object },
): Promise<VaultAnswer<'written' | 'lost'>> {
  const { client, paths } = engine;
  const reply = await client.write('POST', paths.data(path), { options: { cas: after }, data });
  if ('fault' in reply) return reply;
  if (reply.status === 404) return { fault: mountMissing(paths.mount) };
  if (reply.status === 400) {
    // The status is the same for a lost race and for what is never taken; what is there now tells them apart.
    const now = await askSecret(engine, path);
    if ('fault' in now) return now;
    return (now.value?.newest ?? 0) === after ? { fault: refusedRequest(client.origin) } : { value: 'lost' };
  }
  const version = numberIn(below(reply.body, 'data'), 'version');
  return version === after + 1 ? { value: 'written' } : { fault: unexpectedForm(client.origin) };
}
