/** Who reaches whom in a project of Compose: computed from what the files say, whatever was meant by them. */
import { isIn, numberOfAddress } from './addresses.ts';
import type { Network, Project, Service } from './model.ts';
import type { Listener } from './read-haproxy.ts';

/** Sorted; one for each way, also where two lead to the same place. */
export function reachIn(project: Project): readonly string[] {
  const gate = project.services.find(({ role }) => role === 'gate');
  const listening = project.listeners.flatMap((one) => one.binds.map((bind) => ({ one, ...placeOf(bind) })));
  const facts: string[] = [];
  for (const network of project.networks.values()) {
    const inside = project.services.filter(({ addresses }) => addresses.has(network.name));
    facts.push(...strangers(network, inside));
    const own = gate?.addresses.get(network.name);
    if (!gate || own === undefined) continue;
    const heard = listening.filter(({ address }) => address === null || address === own);
    for (const from of inside) {
      // The way out starts nothing of its own.
      if (from.role === 'gate' || from.role === 'egress') continue;
      for (const { one } of heard) facts.push(...passed(from.title, one, project, gate));
    }
  }
  facts.push(...published(project, gate, listening));
  const idle = listening.filter(({ address }) => address !== null && !isOf(gate, address));
  facts.push(...idle.map(({ one }) => `nobody via ${one.key}`));
  return facts.sort();
}

interface Heard {
  readonly one: Listener;
  /** Null for every one of the gate. */
  readonly address: number | null;
  readonly port: string;
}

function placeOf(bind: string): { readonly address: number | null; readonly port: string } {
  const at = bind.lastIndexOf(':');
  return { address: numberOfAddress(bind.slice(0, at)) ?? null, port: bind.slice(at + 1) };
}

const isOf = (service: Service | undefined, address: number): boolean =>
  [...(service?.addresses.values() ?? [])].includes(address);

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
function passed(from: string, { key, servers }: Listener, project: Project, gate: Service): readonly string[] {
  return servers.flatMap((server) => {
    const variable = /^\$\{(\w+)\}$/.exec(server)?.[1];
    const outside = variable === undefined ? undefined : gate.environment[variable];
    if (variable !== undefined) return [`${from} via ${key} -> ${outside ?? server}`];
    const { address, port } = placeOf(server);
    const to = project.services.find((one) => address !== null && isOf(one, address));
    const network = to && [...to.addresses].find(([, own]) => own === address)?.[0];
    // It must be a neighbour.
    if (!to || network === undefined || !gate.addresses.has(network))
      return [`${from} via ${key} -> ${server}, which is nowhere`];
    if (to.role !== 'egress') return [`${from} via ${key} -> ${to.title}:${port}`];
    const opened = project.openings.filter((one) => one.port === Number(port)).flatMap(({ targets }) => targets);
    return opened.map(({ target, publicOnly }) => `${from} via ${key} -> ${publicOnly ? 'public ' : ''}${target}`);
  });
}

function published(project: Project, gate: Service | undefined, listening: readonly Heard[]): readonly string[] {
  return project.services.flatMap((service) =>
    service.ports.flatMap((text) => {
      const [, host = '', inner = ''] = /^(?:(.*):)?[^:]+:(\d+)$/.exec(text) ?? [];
      const from = host === '127.0.0.1' ? 'loopback' : 'everybody';
      if (!gate || service !== gate) return [`${from} -> ${service.title}:${inner}`];
      const open = [...gate.addresses].filter(([name]) => project.networks.get(name)?.closed === false);
      const heard = listening.filter(
        ({ address, port }) => port === inner && (address === null || open.some(([, own]) => own === address)),
      );
      return heard.flatMap(({ one }) => passed(from, one, project, gate));
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
