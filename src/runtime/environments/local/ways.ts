/** What the grants of a run are on this machine: sockets that only the two ends of an edge see, relays, proxies, folders. */
import { type ChannelDoor, openControlChannel } from '../../../adapters/relay/control-channel.ts';
import { openEgressProxy } from '../../../adapters/relay/egress-proxy.ts';
import { openExportRelay } from '../../../adapters/relay/export-relay.ts';
import { externalUrlFault, openExternalRelay } from '../../../adapters/relay/external-relay.ts';
import { createEdgeSocket, type EdgeFolder, type EdgeSocket } from '../../../adapters/sandbox/edge-socket.ts';
import type { HiddenPlace } from '../../../adapters/sandbox/hidden.ts';
import { openWorkplace } from '../../../adapters/sandbox/workplace.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import { isReference } from '../../../language/secrets/reference.ts';
import type { WiredEdge } from '../../../plan/wiring/edges.ts';
import type { Standing } from '../../../ports/authority.ts';
import type { Grant, Granted, SizedStorage } from '../../../ports/environment.ts';
import type { Binder } from '../../bindings/binder.ts';

export interface Ways {
  readonly apply: (subject: string, grants: readonly Grant[], on: Standing) => Promise<Granted>;
  readonly revoke: (subject: string) => Promise<void>;
  /** Where the consumer of an edge connects. */
  readonly edge: (key: string) => EdgeFolder;
  /** Where the provider of an edge listens; undefined for one that nothing was granted. */
  readonly provided: (key: string) => EdgeSocket | undefined;
  /** Where a port is reached that no edge leads to; made when it is first asked for. */
  readonly probed: (moniker: string, port: number) => EdgeSocket;
  /** Undefined for an edge that nothing was granted. */
  readonly reached: (key: string) => EdgeFolder | undefined;
  readonly egress: (moniker: string) => EdgeFolder;
  /** Where a component talks to its own run. */
  readonly channel: (moniker: string) => EdgeFolder;
  /** Ports of exports by name, and sockets of edges by key. */
  readonly around: () => {
    readonly exports: Readonly<Record<string, number>>;
    readonly sockets: Readonly<Record<string, string>>;
  };
  /** Where sandboxes find them. */
  readonly workplace: () => ReturnType<typeof openWorkplace>;
  readonly close: () => Promise<void>;
}

export interface WaysOptions {
  readonly edges: readonly WiredEdge[];
  /** What no sandbox may show. */
  readonly hidden?: readonly HiddenPlace[];
  /** Ports on the loopback of this machine; any free one unless given. */
  readonly exportPorts: Readonly<Record<string, number>>;
  /** Slot of the root → URL. */
  readonly externals: Readonly<Record<string, string>>;
  /** Of a slot whose URL is a secret; see `Binder`. */
  readonly secretUrl: Binder['url'];
  /** Whether a component may call once more what lies outside of the scenario; it always may unless given. */
  readonly connect?: (moniker: string) => boolean;
  /** Answers what a component asks of its own run; nothing may be granted that without. */
  readonly door?: ChannelDoor;
  /** Makes what the storage of a component is on the disk. */
  readonly layStorage: (moniker: string) => Promise<readonly SizedStorage[]>;
  /** Takes all storage of the run, which no other run may have meanwhile. */
  readonly claimStorage: () => Promise<StorageHeld | { readonly blocked: readonly Blocked[] }>;
  readonly claimCache: (
    grant: Extract<Grant, { readonly kind: 'cache' }>,
  ) => Promise<StorageHeld | { readonly blocked: readonly Blocked[] }>;
}

export interface StorageHeld {
  readonly release: () => Promise<void>;
}

type Close = () => Promise<void> | void;

export function createWays(options: WaysOptions): Ways {
  const edges = new Map(options.edges.map((edge, index) => [edge.key, { edge, name: index.toString(36) }]));
  const callers = callersOf(options.edges);
  const sockets = new Map<string, EdgeFolder>();
  const providing = new Map<string, EdgeSocket>();
  const proxies = new Map<string, EdgeFolder>();
  const channels = new Map<string, EdgeFolder>();
  /** Counted before they are open: several are opened at once. */
  let doors = 0;
  const exported = new Map<string, number>();
  const probed = new Map<string, EdgeSocket>();
  const closers = new Map<string, Close[]>();
  let place: ReturnType<typeof openWorkplace> | undefined;
  /** One claim for all of them, whoever asks first. */
  let claimed: ReturnType<WaysOptions['claimStorage']> | undefined;
  const workplace = (): ReturnType<typeof openWorkplace> => {
    place ??= openWorkplace(options.hidden);
    return place;
  };
  const edgeOf = (key: string): { readonly edge: WiredEdge; readonly name: string } => at(edges, key);

  const callerOf = ({ id, to }: WiredEdge): string | undefined =>
    (id === null ? undefined : callers.get(id)) ?? (to.kind === 'slot' ? to.moniker : undefined);
  const admitting = (moniker: string | undefined): { readonly admit?: () => boolean } => {
    const { connect } = options;
    return connect && moniker !== undefined ? { admit: () => connect(moniker) } : {};
  };

  const openEdge = async (key: string, closing: Close[], on: Standing): Promise<Blocked | undefined> => {
    const { edge, name } = edgeOf(key);
    if (edge.from.kind === 'component') {
      const socket = createEdgeSocket(workplace().path, name);
      providing.set(key, socket);
      sockets.set(key, socket);
      closing.push(() => socket.release());
      return undefined;
    }
    const { slot } = edge.from;
    const said = options.externals[slot] ?? '';
    const isSecret = isReference(said);
    const found = isSecret ? await options.secretUrl(slot, said, on) : { url: said };
    if ('blocked' in found) return found.blocked;
    const fault = externalUrlFault(found.url);
    if (fault !== undefined) return badUrl(slot, fault, isSecret ? said : undefined);
    const hidden = isSecret ? { isHidden: true } : {};
    const relay = await openExternalRelay({
      folder: workplace().path,
      name,
      slot,
      url: found.url,
      ...hidden,
      ...admitting(callerOf(edge)),
    });
    closing.push(relay.close);
    sockets.set(key, relay);
    return undefined;
  };

  const openExport = async (
    { name, edge: key }: Extract<Grant, { readonly kind: 'export' }>,
    closing: Close[],
    on: Standing,
  ): Promise<Blocked | string> => {
    const refused = await openEdge(key, closing, on);
    if (refused) return refused;
    const { edge } = edgeOf(key);
    const port = options.exportPorts[name] ?? 0;
    const path = sockets.get(key)?.path ?? '';
    const relay = await openExportRelay({ path, port, http: edge.protocol === 'http' }).catch(
      (error: NodeJS.ErrnoException) => error,
    );
    if (relay instanceof Error) return portTaken(name, port, relay);
    closing.push(relay.close, () => void exported.delete(name));
    exported.set(name, relay.port);
    return `${edge.protocol}://127.0.0.1:${relay.port}`;
  };

  const takeAway = async (subject: string): Promise<void> => {
    const closing = closers.get(subject) ?? [];
    closers.delete(subject);
    for (const close of closing.reverse()) await close();
  };

  return {
    apply: async (subject, grants, on) => {
      const closing: Close[] = [];
      closers.set(subject, closing);
      const exports: Record<string, string> = {};
      let storage: readonly SizedStorage[] = [];
      const blocked: Blocked[] = [];
      for (const grant of grants) {
        switch (grant.kind) {
          case 'edge': {
            const refused = await openEdge(grant.edge, closing, on);
            if (refused) blocked.push(refused);
            break;
          }
          case 'export': {
            const opened = await openExport(grant, closing, on);
            if (typeof opened === 'string') exports[grant.name] = opened;
            else blocked.push(opened);
            break;
          }
          case 'storage': {
            claimed ??= options.claimStorage();
            const held = await claimed;
            if ('blocked' in held) blocked.push(...held.blocked);
            else if (storage.length === 0) storage = await options.layStorage(subject);
            break;
          }
          case 'cache': {
            const held = await options.claimCache(grant);
            if ('blocked' in held) blocked.push(...held.blocked);
            else closing.push(held.release);
            break;
          }
          case 'container':
            // Nothing has to be made for it.
            break;
          case 'egress': {
            const name = `e${(doors++).toString(36)}`;
            const proxy = await openEgressProxy({
              folder: workplace().path,
              name,
              grants: grant.to,
              ...admitting(subject),
            });
            closing.push(proxy.close);
            proxies.set(subject, proxy);
            break;
          }
          case 'control': {
            if (!options.door) throw new Error(`nobody answers what ${subject} asks of its run`);
            const name = `c${(doors++).toString(36)}`;
            const channel = await openControlChannel({ folder: workplace().path, name, subject, door: options.door });
            closing.push(channel.close);
            channels.set(subject, channel);
            break;
          }
        }
      }
      if (blocked.length === 0) return { exports, storage };
      await takeAway(subject);
      return { blocked };
    },
    revoke: takeAway,
    edge: (key) => at(sockets, key),
    provided: (key) => providing.get(key),
    reached: (key) => sockets.get(key),
    probed: (moniker, port) => {
      const key = `${moniker} ${port}`;
      const socket = probed.get(key) ?? createEdgeSocket(workplace().path, `p${probed.size.toString(36)}`);
      probed.set(key, socket);
      return socket;
    },
    egress: (moniker) => at(proxies, moniker),
    channel: (moniker) => at(channels, moniker),
    around: () => ({
      exports: Object.fromEntries(exported),
      sockets: Object.fromEntries([
        ...[...sockets].map(([key, { path }]) => [key, path] as const),
        ...[...channels].map(([moniker, { path }]) => [`control of ${moniker}`, path] as const),
      ]),
    }),
    workplace,
    close: async () => {
      for (const subject of [...closers.keys()].reverse()) await takeAway(subject);
      await place?.remove();
      const held = await claimed;
      if (held && 'release' in held) await held.release();
    },
  };
}

/** Who wants what comes over each edge: where interposers sit on it, they call in its name. */
function callersOf(edges: readonly WiredEdge[]): ReadonlyMap<string, string> {
  const providers = new Set(
    edges.flatMap(({ id, from }) => (from.kind === 'component' ? [`${id} ${from.moniker}`] : [])),
  );
  return new Map(
    edges.flatMap(({ id, to }): readonly (readonly [string, string])[] =>
      id !== null && to.kind === 'slot' && !providers.has(`${id} ${to.moniker}`) ? [[id, to.moniker]] : [],
    ),
  );
}

function at<T>(all: ReadonlyMap<string, T>, key: string): T {
  const found = all.get(key);
  if (found === undefined) throw new Error(`${key} was never granted`);
  return found;
}

const badUrl = (slot: string, fault: string, reference: string | undefined): Blocked => ({
  gate: 'slot_invalid',
  subject: `slots.${slot}`,
  reasons: [reference === undefined ? fault : `what ${reference} stands for: ${fault}`],
  remedy:
    reference === undefined
      ? `give another URL with --slot ${slot}=URL`
      : 'put another URL into the vault with `headgate secrets set`',
});

export const portTaken = (name: string, port: number, error: NodeJS.ErrnoException): Blocked => ({
  gate: error.code === 'EADDRINUSE' ? 'port_taken' : 'port_refused',
  subject: `exports.${name}`,
  reasons: [
    error.code === 'EADDRINUSE' ? `port ${port} of 127.0.0.1 is in use` : `port ${port} of 127.0.0.1: ${error.message}`,
  ],
  remedy: `give another one with --export ${name}=PORT, or none for any that is free`,
});
