/** Starts the policies of one pass, each in its sandbox, and joins them by their edges. */
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderProgram } from '../../language/program/render.ts';
import type { PolicyAsk, PolicyProcess } from '../../ports/policy-client.ts';
import type { ScenarioTree } from '../files/scenario-tree.ts';
import type { Bubblewrap } from '../sandbox/bubblewrap.ts';
import { createEdgeSocket, type EdgeSocket } from '../sandbox/edge-socket.ts';
import type { SandboxEnd } from '../sandbox/end.ts';
import { standardLimits } from '../sandbox/limits.ts';
import { neverStarted, type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { Workplace } from '../sandbox/workplace.ts';

export interface StartedPolicy {
  readonly process: PolicyProcess;
  readonly sandbox: Sandbox;
  /** Set as soon as it ended. */
  end: SandboxEnd | undefined;
}

export interface StartedPolicies {
  readonly byMoniker: ReadonlyMap<string, StartedPolicy>;
  /** The host's end of the edge to a port, for `host`. */
  readonly socketOf: (moniker: string, port: number) => string | undefined;
  readonly stop: () => Promise<void>;
}

interface Edge {
  readonly provider: string;
  readonly port: number;
  /** Null for the host. */
  readonly consumer: { readonly moniker: string; readonly slot: string; readonly index: number } | null;
  readonly socket: EdgeSocket;
}

/** Throws only for a full disk or too few descriptors. */
export async function startPolicies(
  processes: readonly PolicyProcess[],
  asks: readonly PolicyAsk[],
  workplace: Workplace,
  bubblewrap: Bubblewrap | null,
  tree: ScenarioTree | undefined,
): Promise<StartedPolicies> {
  const clashes = bubblewrap ? new Map<string, string>() : await portClashes(processes);
  const edges = makeEdges(processes, asks, workplace, bubblewrap !== null);
  const byMoniker = new Map<string, StartedPolicy>();
  for (const process of processes) {
    const sandbox = startOne(process, edges, { workplace, bubblewrap, tree }, clashes.get(process.moniker));
    const started: StartedPolicy = { process, sandbox, end: undefined };
    void sandbox.ended.then((end) => {
      started.end = end;
    });
    byMoniker.set(process.moniker, started);
  }
  return {
    byMoniker,
    socketOf: (moniker, port) =>
      edges.find((edge) => edge.consumer === null && edge.provider === moniker && edge.port === port)?.socket.path,
    stop: async () => {
      await Promise.all([...byMoniker.values()].map(({ sandbox }) => sandbox.stop()));
    },
  };
}

function makeEdges(
  processes: readonly PolicyProcess[],
  asks: readonly PolicyAsk[],
  workplace: Workplace,
  boxed: boolean,
): readonly Edge[] {
  const known = new Set(processes.map(({ moniker }) => moniker));
  const edges: Edge[] = [];
  const add = (provider: string, port: number, consumer: Edge['consumer']): void => {
    edges.push({ provider, port, consumer, socket: createEdgeSocket(workplace.path, String(edges.length)) });
  };
  const asked = new Set<string>();
  for (const { to } of asks) {
    if ('url' in to || !known.has(to.moniker) || asked.has(`${to.port} ${to.moniker}`)) continue;
    asked.add(`${to.port} ${to.moniker}`);
    add(to.moniker, to.port, null);
  }
  if (!boxed) return edges;
  for (const { moniker, slots } of processes) {
    for (const slot of Object.keys(slots).sort()) {
      for (const [index, peer] of (slots[slot] ?? []).entries()) {
        // A process reaches itself without an edge.
        if (peer.moniker !== moniker && known.has(peer.moniker)) add(peer.moniker, peer.port, { moniker, slot, index });
      }
    }
  }
  return edges;
}

interface Place {
  readonly workplace: Workplace;
  readonly bubblewrap: Bubblewrap | null;
  /** What policies may be shown of the files of this machine; what lies around each unless given. */
  readonly tree: ScenarioTree | undefined;
}

function startOne(
  process: PolicyProcess,
  edges: readonly Edge[],
  { workplace, bubblewrap, tree }: Place,
  clash: string | undefined,
): Sandbox {
  const refuse = (message: string, help?: string): Sandbox =>
    neverStarted({ reason: 'start', message, ...(help === undefined ? {} : { help }) });
  const { program, moniker } = process;
  if (!('path' in program))
    return refuse(
      `it runs ${'vm' in program ? 'a virtual machine' : 'a container image'}, and only \`path\` programs run while compiling`,
    );
  if (clash !== undefined)
    return refuse(clash, 'run without `--no-sandbox`: in sandboxes every policy has ports of its own');
  const slotPorts = allocateSlotPorts(process, edges);
  const slots: Record<string, readonly string[]> = {};
  for (const [slot, peers] of Object.entries(process.slots)) {
    slots[slot] = peers.map(
      (peer, index) => `${peer.protocol}://127.0.0.1:${slotPorts.get(`${slot}/${index}`)?.port ?? peer.port}`,
    );
  }
  const { argv, env, files, problems } = renderProgram(program, { config: process.config, slots });
  if (problems.length > 0) return refuse(problems.join('; '));
  return startSandbox({
    workplace,
    bubblewrap,
    argv,
    env,
    files,
    cwd: folderOf(process.url),
    ...(tree ? { tree } : {}),
    provides: edges.filter(({ provider }) => provider === moniker).map(({ socket, port }) => ({ socket, port })),
    slots: [...slotPorts.values()],
    limits: standardLimits,
  });
}

/** Null for a manifest that is no file of this machine. */
function folderOf(url: string): string | null {
  try {
    return dirname(fileURLToPath(url));
  } catch {
    return null;
  }
}

/** From 20000 upwards in the order of slot names, leaving out what the program itself listens on. */
function allocateSlotPorts(
  { moniker, ports }: PolicyProcess,
  edges: readonly Edge[],
): ReadonlyMap<string, { readonly name: string; readonly port: number; readonly socket: EdgeSocket }> {
  const out = new Map<string, { name: string; port: number; socket: EdgeSocket }>();
  let port = 20_000;
  for (const { consumer, socket } of edges) {
    if (consumer?.moniker !== moniker) continue;
    while (ports.includes(port)) port++;
    out.set(`${consumer.slot}/${consumer.index}`, { name: consumer.slot, port, socket });
    port++;
  }
  return out;
}

/** Without sandboxes all policies share the ports of this machine, with everything else that runs on it. */
async function portClashes(processes: readonly PolicyProcess[]): Promise<ReadonlyMap<string, string>> {
  const users = new Map<number, PolicyProcess[]>();
  for (const process of processes)
    for (const port of new Set(process.ports)) users.set(port, [...(users.get(port) ?? []), process]);
  const clashes = new Map<string, string>();
  for (const [port, claimants] of users) {
    const names = claimants.map(({ display }) => `\`${display}\``).join(' and ');
    const shared =
      claimants.length > 1
        ? `port ${port} is declared by ${names}, and without a sandbox only one of them can have it`
        : undefined;
    const message =
      shared ??
      ((await isTaken(port)) ? `port ${port} is in use by another program, which would be asked instead` : undefined);
    if (message !== undefined) for (const { moniker } of claimants) clashes.set(moniker, message);
  }
  return clashes;
}

const isTaken = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => done(error.code === 'EADDRINUSE'));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => done(false)));
  });
