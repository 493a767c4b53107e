/**
 * Rows that are tried from the place of a container: connections from its network, by the agent that is in it; sockets of this machine by
 * looking for their paths in the files that the program sees, since nothing of headgate is in its image.
 */
import type { Container } from '../../../adapters/docker/container.ts';
import type { Tried } from '../../../ports/environment.ts';
import type { Shared } from '../local/environment.ts';

export async function proved(
  container: Pick<Container, 'tries' | 'has'>,
  planned: ReturnType<Shared['plannedFor']>,
): Promise<readonly Tried[] | undefined> {
  const connects = planned.filter(({ attempt: [kind] }) => kind !== 'unix');
  const results = await container.tries(connects.map(({ attempt }) => attempt));
  if (!results) return undefined;
  const found = new Map(connects.map((one, at) => [one, results[at] ?? '']));
  for (const one of planned) {
    if (found.has(one)) continue;
    const there = await container.has(one.attempt[1]);
    if (there === undefined) return undefined;
    // What can be seen could be connected to, by whoever may.
    found.set(one, there ? 'open' : 'refused ENOENT');
  }
  return planned.map((one) => ({ what: one.what, target: one.target, found: found.get(one) ?? '' }));
}
