/**
 * Programs that run on the host, as the user: they find their slots at ports of this machine's loopback, and everything that takes a
 * sandbox is refused by name.
 */
import * as fs from 'node:fs';
import { listeningPorts } from '../../../adapters/sandbox/agent/program.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { LocalComponent } from './component.ts';

export const runsOnHost = ({ profile }: Pick<LocalComponent, 'profile'>): boolean =>
  profile?.profile.sandbox.mode === 'none';

/** On the loopback of this machine, or on every address of it. */
export const portsInUse = (): ReadonlySet<number> => listeningPorts(fs);

/** `listening` are ports of this machine that somebody listens on. */
export function refusedOnHost(
  components: readonly LocalComponent[],
  listening: ReadonlySet<number>,
): readonly Blocked[] {
  const users = new Map<number, string>();
  return components.filter(runsOnHost).flatMap((component) => [
    ...takesSandbox(component),
    ...component.ports.flatMap((port): readonly Blocked[] => {
      const other = users.get(port);
      users.set(port, component.moniker);
      if (other !== undefined) return [portTaken(component.moniker, port, `${other} listens on it`)];
      return listening.has(port) ? [portTaken(component.moniker, port, 'somebody listens on it')] : [];
    }),
  ]);
}

function takesSandbox({ moniker, files, storage, budget, cache, control }: LocalComponent): readonly Blocked[] {
  const reasons = [
    ...files.map(({ path }) => `config is mounted at \`${path}\``),
    ...storage.map(({ target }) => `storage is mounted at \`${target}\``),
    ...(budget.memoryMiB === undefined ? [] : ['its memory is limited']),
    ...(budget.processes === undefined ? [] : ['its processes are limited']),
    ...(budget.diskBytes === undefined ? [] : ['its room on the disk is limited']),
    ...(cache === undefined ? [] : ['it has a cache']),
    // On the loopback of this machine anybody could speak in its name.
    ...(control ? ['it may talk to its own run'] : []),
  ];
  if (reasons.length === 0) return [];
  return [
    {
      gate: 'sandbox_required',
      subject: moniker,
      reasons: reasons.map((reason) => `${reason}, which takes a sandbox`),
      remedy: 'give its profile a sandbox, or remove what takes one',
    },
  ];
}

const portTaken = (moniker: string, port: number, why: string): Blocked => ({
  gate: 'port_taken',
  subject: moniker,
  reasons: [`it runs on this machine and listens on port ${port}, and ${why}`],
  remedy: 'end what listens there, declare another port in its manifest, or give its profile a sandbox',
});
