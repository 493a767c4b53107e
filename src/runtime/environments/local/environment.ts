/** This machine: every component in a sandbox of its own. What runs here ends with the headgate that started it. */
import { join } from 'node:path';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import { proxyEnvironment } from '../../../adapters/relay/egress-environment.ts';
import type { Bubblewrap } from '../../../adapters/sandbox/bubblewrap.ts';
import type { SandboxEnd } from '../../../adapters/sandbox/end.ts';
import { type Held, holdingOf, meter } from '../../../adapters/sandbox/folder-meter.ts';
import { type SandboxLimits, standardLimits } from '../../../adapters/sandbox/limits.ts';
import { executedFiles } from '../../../adapters/sandbox/locate-here.ts';
import { sweepStaleFolders } from '../../../adapters/sandbox/private-folder.ts';
import { startSandbox } from '../../../adapters/sandbox/sandbox.ts';
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { End, Environment, Started } from '../../../ports/environment.ts';
import { otherThanPlanned } from '../../state/refusals.ts';
import type { Assembled } from './assemble.ts';
import { cacheContent, claimCache } from './cache.ts';
import type { LocalComponent } from './component.ts';
import { exitRecordPath, readExitRecord } from './exit-record.ts';
import { runsOnHost } from './host-programs.ts';
import { type ComponentLog, type LogOptions, openLog } from './logs.ts';
import { createMeasure } from './measure.ts';
import { neverStarted } from './never-started.ts';
import { probeMachine } from './probe.ts';
import { layProfile, type ProfilePlace } from './profile-place.ts';
import { selfChecked } from './self-checked.ts';
import {
  boundedBy,
  folderName,
  type LaidStorage,
  layStorage,
  overText,
  removeScratch,
  storageFolder,
} from './storage.ts';
import { claimStorage } from './storage-owner.ts';
import { createWays, type Ways } from './ways.ts';

export interface LocalEnvironmentOptions {
  readonly assembled: Pick<Assembled, 'components' | 'edges'>;
  /** What its programs may be shown of the files of this machine. */
  readonly tree: ScenarioTree;
  /** Its id. */
  readonly run: string;
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

const limitsOf = ({ budget, profile }: Pick<LocalComponent, 'budget' | 'profile'>): SandboxLimits => {
  const { cpuSeconds, memoryMiB, processes, diskBytes } = budget;
  const bytes = memoryMiB === undefined ? limits.totalBytes : memoryMiB * 1024 * 1024;
  return {
    ...limits,
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
    totalBytes: bytes,
    // What is wider for all of them together is wider for each.
    ...(profile?.sandbox?.memoryMiB === undefined ? {} : { dataBytes: Math.max(limits.dataBytes, bytes) }),
    ...(processes === undefined ? {} : { processes }),
    ...(diskBytes === undefined ? {} : { fileBytes: diskBytes, tmpBytes: Math.min(limits.tmpBytes, diskBytes) }),
  };
};

export function createLocalEnvironment(options: LocalEnvironmentOptions): Environment {
  const { components, edges } = options.assembled;
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  const logs = new Map<string, ComponentLog>();
  const held: Held = new Map();
  const measure = createMeasure();
  let bubblewrap: Bubblewrap | undefined;
  const caches = { stateDir: options.stateDir, scenario: options.storage, run: options.run };
  const lay = ({ storage, budget }: LocalComponent): LaidStorage =>
    layStorage(boundedBy(storage, budget.diskBytes), {
      sizes: bubblewrap?.sizes === true,
      folderOf: (id) => storageFolder(options.stateDir, options.storage, id),
      scratchOf: (id) => join(options.scratch, folderName(id)),
    });
  const ways = createWays({
    ...options,
    edges,
    layStorage: async (moniker) => {
      const component = byMoniker.get(moniker);
      if (!component) return [];
      const { metered, sized } = lay(component);
      for (const { folder } of metered) held.set(folder, await holdingOf(folder));
      return sized;
    },
    claimStorage: () =>
      claimStorage({ stateDir: options.stateDir, key: options.storage, run: options.run, components }),
    claimCache: (grant) => claimCache(caches, grant),
  });
  const logOf = (moniker: string): ComponentLog => {
    const known = logs.get(moniker) ?? openLog(moniker, options.logs);
    logs.set(moniker, known);
    return known;
  };

  return {
    name: 'local',
    probe: async () => {
      const { bubblewrap: found, ...probed } = await probeMachine(components, options.tree);
      if (!found) return probed;
      bubblewrap = found;
      // Also where nothing will be started: an earlier process of this run may have left some.
      sweepStaleFolders();
      return probed;
    },
    apply: ways.apply,
    revoke: ways.revoke,
    over: async (moniker) => {
      for (const { edge } of byMoniker.get(moniker)?.provides ?? []) ways.provided(edge)?.release();
    },
    endOf: async (moniker, attempt) => readExitRecord(exitRecordPath(options.ends, moniker, attempt)),
    start: async (moniker, attempt) => {
      const component = byMoniker.get(moniker);
      const boxed = component && !runsOnHost(component);
      if (!component || (boxed && !bubblewrap))
        throw new Error(`${moniker} cannot be started before its environment was probed`);
      const exitRecord = component.restart === 'never' ? exitRecordPath(options.ends, moniker, attempt) : undefined;
      // Before it starts: afterwards the file could be another one.
      const executed = await measure(
        executedFiles(component.argv, component.cwd, component.cwd === null ? null : options.tree),
      );
      const { planned } = component;
      if (planned && executed?.['digest'] !== planned.digest)
        return neverStarted(otherThanPlanned(options.run, moniker, planned, executed === undefined), executed);
      const cache = component.cache && cacheContent(caches, component.cache);
      const profile = await layProfile(component, {
        folder: ways.workplace().path,
        tree: component.cwd === null ? null : options.tree.folder,
        stateDir: options.stateDir,
        ...(cache === undefined ? {} : { cache }),
      });
      return {
        ...(await start({
          component,
          tree: options.tree,
          ways,
          bubblewrap: boxed ? (bubblewrap ?? null) : null,
          log: logOf(moniker),
          exitRecord,
          storage: lay(component),
          held,
          profile,
        })),
        ...(executed ? { executed } : {}),
      };
    },
    close: async () => {
      for (const log of logs.values()) log.close();
      await ways.close();
      removeScratch(options.scratch);
    },
  };
}

interface Start {
  readonly component: LocalComponent;
  readonly tree: ScenarioTree;
  readonly ways: Ways;
  /** Null on the host. */
  readonly bubblewrap: Bubblewrap | null;
  readonly log: ComponentLog;
  readonly exitRecord: string | undefined;
  readonly storage: LaidStorage;
  readonly held: Held;
  readonly profile: ProfilePlace;
}

async function start(one: Start): Promise<Started> {
  const { component, tree, ways, bubblewrap, log, exitRecord, storage, held, profile } = one;
  const { moniker, egress } = component;
  const sandbox = startSandbox({
    workplace: ways.workplace(),
    bubblewrap,
    argv: component.argv,
    // What the author says counts more than the way to the proxy.
    env: { ...wayOut(component), ...profile.defaults, ...component.env, ...profile.env },
    cwd: component.cwd,
    tree,
    files: component.files,
    provides: component.provides.flatMap(({ edge, port }) => {
      const socket = ways.provided(edge);
      return socket ? [{ socket, port }] : [];
    }),
    slots: [
      ...component.slots.map(({ slot, address, port, edge }) => ({
        name: slot,
        address,
        port,
        socket: ways.edge(edge),
      })),
      ...(egress === null ? [] : [{ name: 'egress', port: egress.port, socket: ways.egress(moniker) }]),
    ],
    limits: limitsOf(component),
    ...(exitRecord === undefined ? {} : { exitRecord }),
    binds: storage.binds,
    ...(profile.cache ? { cache: profile.cache } : {}),
    shown: profile.shown,
    tools: profile.tools,
    ...(profile.selfCheck ? { selfCheck: profile.selfCheck } : {}),
    scratch: storage.scratch,
    readyPorts: component.ports,
    onStdout: (chunk) => log.write('stdout', chunk),
    onStderr: (chunk) => log.write('stderr', chunk),
  });
  let tell: (why: string) => void = () => {};
  const exceeded = new Promise<string>((done) => {
    tell = done;
  });
  const metered = meter(storage.metered, held, {
    onOver: (over) => tell(overText(over)),
    nameless: ({ mount }) => sandbox.namelessBelow(mount.target),
  });
  const started: Started = {
    ready: sandbox.ready,
    exceeded,
    measured: (bubblewrap ? sandbox.measured : Promise.resolve(unboxed)).then((measured) => ({
      ...measured,
      ...asMeasured(storage),
      ...profile.measured,
    })),
    ...(profile.selfCheck ? { checked: selfChecked(profile.selfCheck) } : {}),
    ended: sandbox.ended.then(async (end) => {
      // Whatever the program left running ends with it.
      await sandbox.stop();
      profile.selfCheck?.close();
      const over = await metered.end();
      return over ? { code: null, signal: null, fault: overText(over), ran: true } : endOf(end, moniker);
    }),
    ports: sandbox.ports,
    pid: sandbox.pid,
    terminate: (graceMs) => sandbox.terminate(graceMs),
  };
  await sandbox.launched;
  return started;
}

/** Which it is, row by row, was found before anything of the program was in it. */
const sandboxDiffers = (
  { differs, help }: Extract<SandboxEnd, { readonly reason: 'differs' }>,
  moniker: string,
): Blocked => ({
  gate: 'sandbox_differs',
  subject: moniker,
  reasons: differs.map(({ what, asked, found }) => `${what}: asked for ${asked}, found ${found}`),
  remedy: help,
});

/** What is said of a program that runs on the host: nothing of it was measured, and nothing keeps it apart. */
const unboxed: JsonObject = { sandbox: 'none' };

/** Nothing is said of storage without a size, which nothing has to keep. */
const asMeasured = ({ sized }: LaidStorage): JsonObject =>
  sized.length === 0 ? {} : { storage: sized as unknown as JsonValue };

function endOf(end: SandboxEnd, moniker: string): End {
  if (end.reason === 'exited') return { code: end.code, signal: end.signal };
  if (end.reason === 'stopped') return { code: null, signal: 'SIGKILL' };
  if (end.reason === 'differs')
    return { code: null, signal: null, fault: end.message, ran: false, refused: sandboxDiffers(end, moniker) };
  const ran = end.reason === 'limit' || (end.reason === 'start' && end.ran === true);
  return { code: null, signal: null, fault: end.message, ran };
}

const wayOut = ({ egress, ports, slots }: LocalComponent): Readonly<Record<string, string>> =>
  egress === null ? {} : proxyEnvironment(egress.port, egress.grants, [...ports, ...slots.map(({ port }) => port)]);
