/** Who reaches whom in a project of Compose: computed from what the files say, whatever was meant by them. */
import { isIn, numberOfAddress } from '../read/addresses.ts';
import type { Listener } from '../read/haproxy.ts';
import type { Network, Project, Service } from './model.ts';

/** Sorted; one for each way, also where two lead to the same place. O(services + listeners + what is reached). */
export const reachIn = (project: Project): readonly string[] => [...factsIn(project)].sort();

/** In no order. */
export function factsIn(project: Project): readonly string[] {
  const index = indexOf(project);
  const { gate } = index;
  const facts: string[] = [];
  for (const network of project.networks.values()) {
    const inside = index.inside.get(network.name) ?? [];
    facts.push(...strangers(network, inside));
    const own = gate?.addresses.get(network.name);
    if (own === undefined) continue;
    const heard = [...(index.heardAt.get(own ?? -1) ?? []), ...index.heardEverywhere];
    for (const from of inside) {
      // The way out starts nothing of its own.
      if (from.role === 'gate' || from.role === 'egress') continue;
      for (const { one } of heard) for (const fact of passed(from.title, one, project, index)) facts.push(fact);
    }
  }
  facts.push(...published(project, index));
  for (const [address, heard] of index.heardAt)
    if (!gate || index.ownerOf.get(address)?.service !== gate)
      facts.push(...heard.map(({ one }) => `nobody via ${one.key}`));
  return facts;
}

interface Heard {
  readonly one: Listener;
  /** Null for every one of the gate. */
  readonly address: number | null;
  readonly port: string;
}

interface Index {
  readonly gate: Service | undefined;
  readonly inside: ReadonlyMap<string, readonly Service[]>;
  readonly ownerOf: ReadonlyMap<number, { readonly service: Service; readonly network: string }>;
  readonly heardAt: ReadonlyMap<number, readonly Heard[]>;
  readonly heardEverywhere: readonly Heard[];
}

function indexOf({ services, listeners }: Project): Index {
  const inside = new Map<string, Service[]>();
  const ownerOf = new Map<number, { readonly service: Service; readonly network: string }>();
  for (const service of services)
    for (const [network, address] of service.addresses) {
      push(inside, network, service);
      if (address !== null) ownerOf.set(address, { service, network });
    }
  const heardAt = new Map<number, Heard[]>();
  const heardEverywhere: Heard[] = [];
  for (const one of listeners)
    for (const bind of one.binds) {
      const heard = { one, ...placeOf(bind) };
      if (heard.address === null) heardEverywhere.push(heard);
      else push(heardAt, heard.address, heard);
    }
  return { gate: services.find(({ role }) => role === 'gate'), inside, ownerOf, heardAt, heardEverywhere };
}

function push<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function placeOf(bind: string): { readonly address: number | null; readonly port: string } {
  const at = bind.lastIndexOf(':');
  return { address: numberOfAddress(bind.slice(0, at)) ?? null, port: bind.slice(at + 1) };
}

/** In one network everybody reaches everybody else on all ports; what is not closed leads to this machine and the internet as well. */
function strangers(network: Network, inside: readonly Service[]): readonly string[] {
  const others = inside.filter(({ role }) => role !== 'gate' && role !== 'egress');
  const facts = others.flatMap((from) =>
    others.filter((to) => to !== from).map((to) => `${from.title} -> ${to.title}: all ports`),
  );
  // The gate stands between a way out and who may use it.
  const way = inside.some(({ role }) => role === 'egress');
  facts.push(...(way ? others.map((from) => `${from.title} -> the way out: all ports`) : []));
  if (!network.closed) facts.push(...others.map((from) => `${from.title} -> outside: everything`));
  return facts;
}

/** What the gate makes of a connection to this listener. */
function passed(
  from: string,
  { key, servers }: Listener,
  { openings }: Project,
  { gate, ownerOf }: Index,
): readonly string[] {
  return servers.flatMap((server) => {
    const variable = server.startsWith('$') ? /^\$\{(\w+)\}$/.exec(server)?.[1] : undefined;
    if (variable !== undefined) return [`${from} via ${key} -> ${gate?.environment[variable] ?? server}`];
    const { address, port } = placeOf(server);
    const to = address === null ? undefined : ownerOf.get(address);
    // It must be a neighbour.
    if (!to || !gate?.addresses.has(to.network)) return [`${from} via ${key} -> ${server}, which is nowhere`];
    if (to.service.role !== 'egress') return [`${from} via ${key} -> ${to.service.title}:${port}`];
    const opened = openings.filter((one) => one.port === Number(port)).flatMap(({ targets }) => targets);
    return opened.map(({ target, publicOnly }) => `${from} via ${key} -> ${publicOnly ? 'public ' : ''}${target}`);
  });
}

function published(project: Project, index: Index): readonly string[] {
  const { gate } = index;
  return project.services.flatMap((service) =>
    service.ports.flatMap((text) => {
      const [, host = '', inner = ''] = /^(?:(.*):)?[^:]+:(\d+)$/.exec(text) ?? [];
      const from = host === '127.0.0.1' ? 'loopback' : 'everybody';
      if (!gate || service !== gate) return [`${from} -> ${service.title}:${inner}`];
      const open = [...gate.addresses].filter(([name]) => project.networks.get(name)?.closed === false);
      const heard = [...open.flatMap(([, own]) => index.heardAt.get(own ?? -1) ?? []), ...index.heardEverywhere];
      return heard.filter(({ port }) => port === inner).flatMap(({ one }) => passed(from, one, project, index));
    }),
  );
}

/** Addresses that are not where their network is, and networks that lie in one another. */
export function misplaced({ networks, services }: Project): readonly string[] {
  const blocks = [...networks.values()].sort((a, b) => a.block.first - b.block.first);
  const overlaps = blocks.flatMap((one, index) => {
    const next = blocks[index + 1];
    return next && next.block.first <= one.block.last ? [`networks ${one.name} and ${next.name} overlap`] : [];
  });
  const taken = new Map<number, string>();
  const places = services.flatMap(({ name, addresses, role }) => {
    if (role === 'component' && addresses.size !== 1) return [`${name} is in ${addresses.size} networks`];
    return [...addresses].flatMap(([network, address]) => {
      const block = networks.get(network)?.block;
      if (!block) return [`${name} is in ${network}, which is no network`];
      if (address === null) return [];
      const other = taken.get(address);
      taken.set(address, name);
      if (other !== undefined) return [`${name} has the address of ${other}`];
      // The first two are those of the network and of the bridge.
      return isIn(address, block) && address > block.first + 1 && address < block.last
        ? []
        : [`${name} has no address in ${network}`];
    });
  });
  return [...overlaps, ...places];
}
