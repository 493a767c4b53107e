/** What is tried from inside the sandbox of a component: everything that it was given, and everything that others were. */
import * as fs from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseGrant } from '../../../adapters/relay/egress-grants.ts';
import type { Attempt } from '../../../adapters/sandbox/agent/attempts.ts';
import { listeningPorts } from '../../../adapters/sandbox/agent/program.ts';
import type { WiredEdge } from '../../../plan/wiring/edges.ts';
import type { Tried } from '../../../ports/environment.ts';
import type { LocalComponent } from './component.ts';

export interface Surroundings {
  readonly components: readonly LocalComponent[];
  /** Name of an export → its port on the loopback of this machine. */
  readonly exports: Readonly<Record<string, number>>;
  /** Sockets of edges, by key: no program is to find one. */
  readonly sockets: Readonly<Record<string, string>>;
  /** Addresses of this machine but for its loopback, and ports that it listens on. */
  readonly addresses: readonly string[];
  readonly listening: readonly number[];
  /** Keys of edges whose provider has ended for good, and of those that lead to something outside. */
  readonly ended: ReadonlySet<string>;
  readonly external: ReadonlySet<string>;
}

/** More ports of the machine say nothing more. */
const mostPorts = 64;

export const hereAround = (): Pick<Surroundings, 'addresses' | 'listening'> => ({
  addresses: Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0)
    .map(({ address }) => address)
    .slice(0, 8),
  listening: [...listeningPorts(fs)].sort((a, b) => a - b).slice(0, mostPorts),
});

/** `gone` are monikers of components that have ended for good. */
export function edgesNow(
  edges: readonly WiredEdge[],
  gone: ReadonlySet<string>,
): Pick<Surroundings, 'ended' | 'external'> {
  const keys = (isOne: (edge: WiredEdge) => boolean): ReadonlySet<string> =>
    new Set(edges.filter(isOne).map(({ key }) => key));
  return {
    ended: keys(({ from }) => from.kind === 'component' && gone.has(from.moniker)),
    external: keys(({ from }) => from.kind === 'external'),
  };
}

interface Planned extends Omit<Tried, 'found'> {
  readonly attempt: Attempt;
}

/** A host that nobody has: RFC 5737 keeps it free. */
const nobody = '192.0.2.1';

/** In the order of the table in docs/verify-run.md. O(components + edges). */
export function plannedFor(component: LocalComponent, around: Surroundings): readonly Planned[] {
  const { slots, egress, moniker } = component;
  const reached = new Set(slots.map(({ edge }) => edge));
  const own = egress?.grants ?? [];
  const loopback = (port: number): readonly Attempt[] => [
    ['tcp', '127.0.0.1', port],
    ['tcp', '::1', port],
  ];
  const each = (what: string, target: string, attempts: readonly Attempt[]): readonly Planned[] =>
    attempts.map((attempt) => ({ what, target: attempts.length > 1 ? `${target} at ${attempt[1]}` : target, attempt }));
  const others = around.components.filter((one) => one.moniker !== moniker);
  const ports = [...new Set(around.listening)].filter((port) => !Object.values(around.exports).includes(port));
  return [
    ...slots.flatMap(({ edge, address, port }) => each(edgeKind(edge, around), edge, [['tcp', address, port]])),
    ...own.flatMap((grant) => (isOne(grant) && egress ? each('egress', grant, [['via', grant, egress.port]]) : [])),
    ...others.flatMap((other) =>
      other.ports.flatMap((port) =>
        each('provide', `${other.moniker}:${port}`, slots.some((slot) => slot.port === port) ? [] : loopback(port)),
      ),
    ),
    ...Object.entries(around.exports).flatMap(([name, port]) =>
      each('export', name, [...loopback(port), ...around.addresses.map((host): Attempt => ['tcp', host, port])]),
    ),
    ...ports.flatMap((port) =>
      each(
        'loopback',
        String(port),
        slots.some((slot) => slot.port === port) || egress?.port === port ? [] : loopback(port),
      ),
    ),
    ...around.addresses.flatMap((host) =>
      ports.slice(0, 4).flatMap((port) => each('address', `${host}:${port}`, [['tcp', host, port]])),
    ),
    ...Object.entries(around.sockets).flatMap(([key, path]) =>
      each('socket', reached.has(key) ? `${key} on the machine` : key, [['unix', path, 0]]),
    ),
    ...(egress
      ? otherGrants(own, others).flatMap((grant) => each('other-egress', grant, [['via', grant, egress.port]]))
      : []),
    ...each('outside', `${nobody}:443`, [['tcp', nobody, 443]]),
  ];
}

const edgeKind = (key: string, { ended, external }: Surroundings): string =>
  external.has(key) ? 'external-edge' : ended.has(key) ? 'ended-edge' : 'edge';

/** One host and one port: a pattern names no place that could be tried. */
const isOne = (text: string): boolean => {
  const grant = parseGrant(text);
  return grant !== undefined && grant.port !== null && !grant.host.includes('*');
};

/** What others were granted and this one was not, and what nobody was. */
function otherGrants(own: readonly string[], others: readonly LocalComponent[]): readonly string[] {
  const granted = others.flatMap(({ egress }) => egress?.grants ?? []).filter(isOne);
  const covers = own.some((text) => !isOne(text));
  // A pattern may cover them.
  if (covers) return [];
  return [...new Set([...granted, 'not-granted.invalid:443'])].filter((one) => !own.includes(one));
}
