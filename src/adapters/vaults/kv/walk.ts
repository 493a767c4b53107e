/** The paths of all secrets of the engine, in order, a folder at a time. Without recursion, for folders may be deep. */
import { compareText } from '../../../base/order.ts';
import type { VaultFault } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { faultOf, mountMissing, refusedRequest, unexpectedForm } from './faults.ts';
import { below, textsIn } from './form.ts';
import { isPath, isPending } from './paths.ts';
import { isMountMissing } from './secret-state.ts';

export const maxFolders = 1_000;

/** What lies behind `after`. A fault is the last thing that comes. */
export async function* secretPaths(
  engine: Engine,
  after = '',
): AsyncGenerator<{ readonly path: string } | { readonly fault: VaultFault }, void> {
  /** The next one last. */
  const left: string[] = [''];
  for (let folders = 0; ; ) {
    const next = left.pop();
    if (next === undefined) return;
    if (next !== '' && !next.endsWith('/')) {
      yield { path: next };
      continue;
    }
    if (++folders > maxFolders) return yield { fault: tooManyFolders() };
    const names = await namesIn(engine, next);
    if ('fault' in names) return yield names;
    const found = names.value
      .map((name) => next + name)
      .filter(
        (path) => isWanted(path) && (compareText(path, after) > 0 || (path.endsWith('/') && after.startsWith(path))),
      );
    left.push(...found.sort((a, b) => compareText(b, a)));
  }
}

const isWanted = (path: string): boolean => {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  return isPath(bare) && !isPending(bare);
};

async function namesIn(
  { client, paths }: Engine,
  folder: string,
): Promise<{ readonly value: readonly string[] } | { readonly fault: VaultFault }> {
  const reply = await client.read(paths.listOf(folder));
  if ('fault' in reply) return reply;
  if (reply.status === 404) return isMountMissing(reply.body) ? { fault: mountMissing(paths.mount) } : { value: [] };
  if (reply.status !== 200) return { fault: refusedRequest(client.origin) };
  const names = textsIn(below(reply.body, 'data'), 'keys');
  return names ? { value: names } : { fault: unexpectedForm(client.origin) };
}

const tooManyFolders = () =>
  faultOf(
    'provider_error',
    'too_many_folders',
    `there are more than ${maxFolders} folders of secrets`,
    'give headgate a mount of its own',
  );
