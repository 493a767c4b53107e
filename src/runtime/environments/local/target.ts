/** This machine: every component in a sandbox of its own, joined by unix sockets that only the two ends of an edge see. */
import { accessSync, constants } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { proxyEnvironment } from '../../../adapters/relay/egress-environment.ts';
import { openEgressProxy } from '../../../adapters/relay/egress-proxy.ts';
import { openExportRelay } from '../../../adapters/relay/export-relay.ts';
import { externalUrlFault, openExternalRelay } from '../../../adapters/relay/external-relay.ts';
import {
  type Bubblewrap,
  findBubblewrap,
  type SandboxUnavailable,
  tryBubblewrap,
} from '../../../adapters/sandbox/bubblewrap.ts';
import { createEdgeSocket, type EdgeFolder, type EdgeSocket } from '../../../adapters/sandbox/edge-socket.ts';
import { type SandboxLimits, standardLimits } from '../../../adapters/sandbox/limits.ts';
import { statOf } from '../../../adapters/sandbox/look.ts';
import { programFault } from '../../../adapters/sandbox/prepare.ts';
import { sweepStaleFolders } from '../../../adapters/sandbox/private-folder.ts';
import { startSandbox } from '../../../adapters/sandbox/sandbox.ts';
import { openWorkplace, type Workplace } from '../../../adapters/sandbox/workplace.ts';
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { isTask } from '../../actions/actions.ts';
import type { Blocked } from '../../blocked.ts';
import type { Budget, ComponentSpec } from '../../prepare/component.ts';
import type { Prepared } from '../../prepare/prepare.ts';
import type { Started, Target } from '../../target.ts';
import { exitRecordPath, readExitRecord } from './exit-record.ts';
import { type ComponentLog, type LogOptions, openLog } from './logs.ts';
import { folderName, type LaidStorage, layStorage, overText, removeScratch, storageFolder } from './storage.ts';
import { bytesIn, type Held, meter } from './storage-meter.ts';

export interface LocalTargetOptions {
  readonly prepared: Prepared;
  readonly stateDir: string;
  /** See `storageKey`. */
  readonly storage: string;
  /** Folder for ephemeral storage of this run. */
  readonly scratch: string;
  /** Ports on the loopback of this machine; any free one unless given. */
  readonly exportPorts: Readonly<Record<string, number>>;
  readonly externals: Readonly<Record<string, string>>;
  readonly logs: LogOptions;
  /** Folder for what tasks write down of their ends. */
  readonly ends: string;
}

/** Long-lived programs are not limited in time. */
const limits: SandboxLimits = {
  ...standardLimits,
  cpuSeconds: null,
  fileBytes: null,
  totalBytes: 4 * 1024 ** 3,
  watchMs: 200,
};

const limitsOf = ({ cpuSeconds, memoryMiB, processes }: Budget): SandboxLimits => ({
  ...limits,
  ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
  ...(memoryMiB === undefined ? {} : { totalBytes: memoryMiB * 1024 * 1024 }),
  ...(processes === undefined ? {} : { processes }),
});

export function createLocalTarget(options: LocalTargetOptions): Target {
  const { components, edges } = options.prepared;
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  /** Where consumers connect, by edge. */
  const sockets = new Map<string, EdgeFolder>();
  /** Where providers listen, by edge. */
  const providing = new Map<string, EdgeSocket>();
  const logs = new Map<string, ComponentLog>();
  const closers: (() => Promise<void> | void)[] = [];
  const held: Held = new Map();
  let bubblewrap: Bubblewrap | undefined;
  let workplace: Workplace | undefined;

  const logOf = (moniker: string): ComponentLog => {
    const known = logs.get(moniker) ?? openLog(moniker, options.logs);
    logs.set(moniker, known);
    return known;
  };

  const lay = ({ storage }: ComponentSpec): LaidStorage =>
    layStorage(storage, {
      sizes: bubblewrap?.sizes === true,
      folderOf: (id) => storageFolder(options.stateDir, options.storage, id),
      scratchOf: (id) => join(options.scratch, folderName(id)),
    });

  return {
    probe: async () => {
      const found = await findBubblewrap();
      if ('message' in found) return { blocked: [unavailable(found)], facts: factsOf(undefined) };
      const fault = await tryBubblewrap(found);
      if (fault) return { blocked: [unavailable(fault)], facts: factsOf(found) };
      bubblewrap = found;
      // Also where nothing will be started: an earlier process of this run may have left some.
      sweepStaleFolders();
      return { blocked: missingPrograms(components), facts: factsOf(found) };
    },

    open: async () => {
      const place = openWorkplace();
      workplace = place;
      closers.push(() => place.remove());
      const urls = new Map<string, string>();
      for (const [index, edge] of edges.entries()) {
        const name = index.toString(36);
        if (edge.from.kind === 'external') {
          const { slot } = edge.from;
          const url = options.externals[slot] ?? '';
          const fault = externalUrlFault(url);
          if (fault !== undefined) return { blocked: [badUrl(slot, fault)] };
          const relay = await openExternalRelay({ folder: place.path, name, slot, url });
          closers.push(relay.close);
          sockets.set(edge.key, relay);
          continue;
        }
        const socket = createEdgeSocket(place.path, name);
        providing.set(edge.key, socket);
        sockets.set(edge.key, socket);
        closers.push(() => socket.release());
        if (edge.to.kind !== 'export') continue;
        const port = options.exportPorts[edge.to.name] ?? 0;
        const relay = await openExportRelay({ path: socket.path, port }).catch((error: NodeJS.ErrnoException) => error);
        if (relay instanceof Error) return { blocked: [portTaken(edge.to.name, port, relay)] };
        closers.push(relay.close);
        urls.set(edge.to.name, `${edge.protocol}://127.0.0.1:${relay.port}`);
      }
      for (const [index, { moniker, egress }] of components.entries()) {
        if (egress === null) continue;
        const proxy = await openEgressProxy({
          folder: place.path,
          name: `e${index.toString(36)}`,
          grants: egress.grants,
        });
        closers.push(proxy.close);
        sockets.set(egressKey(moniker), proxy);
      }
      const laid = components.map(lay);
      for (const { folder } of laid.flatMap(({ metered }) => metered)) held.set(folder, await bytesIn(folder));
      return { exports: urls, storage: laid.flatMap(({ sized }) => sized) };
    },

    over: (moniker) => {
      for (const { edge } of byMoniker.get(moniker)?.provides ?? []) providing.get(edge)?.release();
    },

    endOf: (moniker, attempt) => readExitRecord(exitRecordPath(options.ends, moniker, attempt)),

    start: (moniker, attempt): Started => {
      const component = byMoniker.get(moniker);
      if (!component || !workplace || !bubblewrap)
        throw new Error(`${moniker} cannot be started before the target is open`);
      const log = logOf(moniker);
      const storage = lay(component);
      const sandbox = startSandbox({
        workplace,
        bubblewrap,
        argv: component.argv,
        // What the author says counts more than the way to the proxy.
        env: { ...wayOut(component), ...component.env },
        cwd: component.cwd,
        files: component.files,
        provides: component.provides.map(({ edge, port }) => ({ socket: at(providing, edge), port })),
        slots: [
          ...component.slots.map(({ slot, address, port, edge }) => ({
            name: slot,
            address,
            port,
            socket: at(sockets, edge),
          })),
          ...egressSlot(component, sockets),
        ],
        limits: limitsOf(component.budget),
        ...(isTask(component) ? { exitRecord: exitRecordPath(options.ends, moniker, attempt) } : {}),
        binds: storage.binds,
        scratch: storage.scratch,
        readyPorts: component.ports,
        onStdout: (chunk) => log.write('stdout', chunk),
        onStderr: (chunk) => log.write('stderr', chunk),
      });
      let tell: (why: string) => void = () => {};
      const exceeded = new Promise<string>((done) => {
        tell = done;
      });
      const metered = meter(storage.metered, held, (over) => tell(overText(over)));
      return {
        ready: sandbox.ready,
        exceeded,
        measured: sandbox.measured.then((measured) => ({ ...measured, ...asMeasured(storage) })),
        ended: sandbox.ended.then(async (end) => {
          // Whatever the program left running ends with it.
          await sandbox.stop();
          const over = await metered.end();
          if (over) return { code: null, signal: null, fault: overText(over), ran: true };
          if (end.reason === 'exited') return { code: end.code, signal: end.signal };
          if (end.reason === 'stopped') return { code: null, signal: 'SIGKILL' };
          const ran = end.reason === 'limit' || (end.reason === 'start' && end.ran === true);
          return { code: null, signal: null, fault: end.message, ran };
        }),
        ports: sandbox.ports,
        pid: sandbox.pid,
        terminate: (graceMs) => sandbox.terminate(graceMs),
      };
    },

    close: async () => {
      for (const log of logs.values()) log.close();
      for (const close of closers.reverse()) await close();
      removeScratch(options.scratch);
    },
  };
}

const unavailable = ({ message, remedy }: SandboxUnavailable): Blocked => ({
  gate: 'sandbox_unavailable',
  subject: 'run',
  reasons: [message],
  remedy,
});

/** What a sandbox is made with, and nothing of who or where. */
const factsOf = (bubblewrap: Bubblewrap | undefined): JsonObject => ({
  driver: 'sandbox',
  bubblewrap: bubblewrap ? { ...bubblewrap } : null,
  kernel: release(),
  machine: process.arch,
  node: process.version,
  root: process.getuid?.() === 0,
});

const portTaken = (name: string, port: number, error: NodeJS.ErrnoException): Blocked => ({
  gate: error.code === 'EADDRINUSE' ? 'port_taken' : 'port_refused',
  subject: `exports.${name}`,
  reasons: [
    error.code === 'EADDRINUSE' ? `port ${port} of 127.0.0.1 is in use` : `port ${port} of 127.0.0.1: ${error.message}`,
  ],
  remedy: `give another one with --export ${name}=PORT, or none for any that is free`,
});

function at<T>(all: ReadonlyMap<string, T>, key: string): T {
  const found = all.get(key);
  if (found === undefined) throw new Error(`edge ${key} has no socket`);
  return found;
}

const wayOut = ({ egress, ports, slots }: ComponentSpec): Readonly<Record<string, string>> =>
  egress === null ? {} : proxyEnvironment(egress.port, egress.grants, [...ports, ...slots.map(({ port }) => port)]);

/** Nothing is said of storage without a size, which nothing has to keep. */
const asMeasured = ({ sized }: LaidStorage): JsonObject =>
  sized.length === 0 ? {} : { storage: sized as unknown as JsonValue };

const egressKey = (moniker: string): string => `egress ${moniker}`;

const egressSlot = ({ moniker, egress }: ComponentSpec, sockets: ReadonlyMap<string, EdgeFolder>) =>
  egress === null ? [] : [{ name: 'egress', port: egress.port, socket: at(sockets, egressKey(moniker)) }];

const badUrl = (slot: string, fault: string): Blocked => ({
  gate: 'slot_invalid',
  subject: `slots.${slot}`,
  reasons: [fault],
  remedy: `give another URL with --slot ${slot}=URL`,
});

const noSource = (moniker: string, folder: string): Blocked => ({
  gate: 'source_missing',
  subject: moniker,
  reasons: [`its program starts in ${folder}, and there is no such folder`],
  remedy: 'begin a run with the folder of the root manifest: `headgate run PLAN --source-dir DIR`',
});

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() === true;

/** Programs have to be there before anything starts. A bare name is told once, whoever runs it. */
function missingPrograms(components: readonly ComponentSpec[]): readonly Blocked[] {
  const folders = [...new Set([...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/local/bin'])];
  const isThere = (name: string): boolean =>
    folders.some((folder) => {
      try {
        accessSync(join(folder || '.', name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  const users = new Map<string, string[]>();
  const others: Blocked[] = [];
  for (const { moniker, argv, cwd } of components) {
    const [first = '', second = ''] = argv;
    const name = first.endsWith('/env') ? second : first;
    const isBare = name !== '' && !name.includes('/') && !name.startsWith('-') && !name.includes('=');
    if (isBare && !isThere(name)) {
      users.set(name, [...(users.get(name) ?? []), moniker]);
      continue;
    }
    if (cwd !== null && !isFolder(cwd)) {
      others.push(noSource(moniker, cwd));
      continue;
    }
    const fault = programFault(argv, cwd);
    if (fault) others.push({ gate: 'program_missing', subject: moniker, reasons: [fault.message], remedy: fault.help });
  }
  const tools = [...users].map(([name, monikers]) => ({
    gate: 'tool_missing',
    subject: name,
    reasons: [`${monikers.join(', ')} ${monikers.length === 1 ? 'runs' : 'run'} it, and it is not installed`],
    remedy: `install \`${name}\``,
  }));
  return [...tools, ...others];
}
