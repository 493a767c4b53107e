/** This machine: every component in a sandbox of its own. What runs here ends with the headgate that started it. */
import { join } from 'node:path';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import type { Bubblewrap } from '../../../adapters/sandbox/bubblewrap.ts';
import { type Held, holdingOf } from '../../../adapters/sandbox/folder-meter.ts';
import type { HiddenPlace } from '../../../adapters/sandbox/hidden.ts';
import type { LiveFiles } from '../../../adapters/sandbox/live-files.ts';
import { executedFiles } from '../../../adapters/sandbox/locate-here.ts';
import { sweepStaleFolders } from '../../../adapters/sandbox/private-folder.ts';
import type { Sandbox } from '../../../adapters/sandbox/sandbox.ts';
import type { Environment } from '../../../ports/environment.ts';
import type { Binder } from '../../bindings/binder.ts';
import { refusedUnfit, unfitText } from '../../bindings/refused.ts';
import { otherThanPlanned } from '../../state/refusals.ts';
import type { Assembled } from './assemble.ts';
import { cacheContent, claimCache } from './cache.ts';
import type { LocalComponent } from './component.ts';
import { exitRecordPath, readExitRecord } from './exit-record.ts';
import { runsOnHost } from './host-programs.ts';
import { liveFilesOf, replaceIn } from './live.ts';
import { type ComponentLog, type LogOptions, openLog } from './logs.ts';
import { createMeasure } from './measure.ts';
import { neverStarted } from './never-started.ts';
import { probeMachine } from './probe.ts';
import { createProbing } from './probing.ts';
import { layProfile, type ProfilePlace } from './profile-place.ts';
import { edgesNow, hereAround, plannedFor } from './prove.ts';
import { start } from './start.ts';
import { boundedBy, folderName, type LaidStorage, layStorage, removeScratch, storageFolder } from './storage.ts';
import { claimStorage } from './storage-owner.ts';
import { createWays, type Ways, type WaysOptions } from './ways.ts';
import { createLocalWorkspaces } from './workspaces.ts';

export interface LocalEnvironmentOptions extends Pick<WaysOptions, 'door' | 'connect'> {
  readonly assembled: Pick<Assembled, 'components' | 'edges'>;
  /** What its programs may be shown of the files of this machine. */
  readonly tree: ScenarioTree;
  /** Its id. */
  readonly run: string;
  readonly stateDir: string;
  /** Nothing is started where it would be shown one of these. */
  readonly hidden?: readonly HiddenPlace[];
  /** See `storageKey`. */
  readonly storage: string;
  /** Folder for ephemeral storage of this run. */
  readonly scratch: string;
  /** Ports on the loopback of this machine; any free one unless given. */
  readonly exportPorts: Readonly<Record<string, number>>;
  readonly externals: Readonly<Record<string, string>>;
  readonly secretUrl: Binder['url'];
  readonly logs: LogOptions;
  /** Folder for what tasks write down of their ends. */
  readonly ends: string;
}

/** What else of this machine components may be started with. */
export interface Shared {
  readonly ways: Ways;
  readonly held: Held;
  /** `scratch` is a folder for what is ephemeral, where that is not the program's own. */
  readonly lay: (component: LocalComponent, scratch?: string) => LaidStorage;
  /** Folders for ephemeral storage of probes lie in it. */
  readonly probeScratch: string;
  /** Never with a self-check. */
  readonly profileOf: (component: LocalComponent) => Promise<ProfilePlace>;
  readonly logOf: (moniker: string) => ComponentLog;
  /** What is tried from the place of a component. */
  readonly plannedFor: (component: LocalComponent) => ReturnType<typeof plannedFor>;
}

export function createLocalEnvironment(options: LocalEnvironmentOptions): Environment & { readonly shared: Shared } {
  const { components, edges } = options.assembled;
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  const logs = new Map<string, ComponentLog>();
  const held: Held = new Map();
  /** The sandboxes of now. */
  const live = new Map<string, Pick<Sandbox, 'tries'>>();
  /** Of programs that run now. */
  const replaceable = new Map<string, LiveFiles>();
  const gone = new Set<string>();
  const measure = createMeasure();
  let bubblewrap: Bubblewrap | undefined;
  const caches = { stateDir: options.stateDir, scenario: options.storage, run: options.run };
  /** Those that run in sandboxes. */
  const boxed = components.filter(({ image }) => image === undefined);
  const lay = ({ storage, budget, image }: LocalComponent, scratch = options.scratch): LaidStorage =>
    layStorage(boundedBy(storage, budget.diskBytes), {
      sizes: image !== undefined || bubblewrap?.sizes === true,
      folderOf: (id) => storageFolder(options.stateDir, options.storage, id),
      scratchOf: (id) => join(scratch, folderName(id)),
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
  const profileOf = (component: LocalComponent, untried = false): Promise<ProfilePlace> => {
    const cache = component.cache && cacheContent(caches, component.cache);
    return layProfile(component, {
      folder: ways.workplace().path,
      tree: component.cwd === null ? null : options.tree.folder,
      stateDir: options.stateDir,
      ...(component.workspace ? { source: component.workspace.source } : {}),
      ...(cache === undefined ? {} : { cache }),
      ...(untried ? { untried } : {}),
    });
  };
  const planFor: Shared['plannedFor'] = (component) =>
    plannedFor(component, { components, ...ways.around(), ...hereAround(), ...edgesNow(edges, gone) });
  const probeScratch = join(options.scratch, '.probes');
  const logOf = (moniker: string): ComponentLog => {
    const known = logs.get(moniker) ?? openLog(moniker, options.logs);
    logs.set(moniker, known);
    return known;
  };

  return {
    shared: {
      ways,
      held,
      lay,
      probeScratch,
      profileOf: (component) => profileOf(component, true),
      logOf,
      plannedFor: planFor,
    },
    name: 'local',
    probe: async () => {
      const { bubblewrap: found, ...probed } = await probeMachine(
        boxed,
        options.tree,
        boxed.length < components.length,
      );
      if (!found) return probed;
      bubblewrap = found;
      // Also where nothing will be started: an earlier process of this run may have left some.
      sweepStaleFolders();
      return probed;
    },
    apply: ways.apply,
    revoke: ways.revoke,
    over: async (moniker) => {
      gone.add(moniker);
      const { provides = [], probedPorts = [] } = byMoniker.get(moniker) ?? {};
      for (const { edge } of provides) ways.provided(edge)?.release();
      for (const port of probedPorts) ways.probed(moniker, port).release();
    },
    check: async (moniker, secrets) => {
      const bound = byMoniker.get(moniker)?.bound(secrets);
      return bound && 'unfit' in bound ? unfitText(moniker, bound.unfit) : undefined;
    },
    refresh: async (moniker, secrets) => {
      const bound = byMoniker.get(moniker)?.bound(secrets);
      const files = replaceable.get(moniker);
      if (bound && 'unfit' in bound) return { unfit: unfitText(moniker, bound.unfit) };
      if (!bound || !files) return { fault: 'it has no files that could be replaced now' };
      return replaceIn(files, bound.files);
    },
    prove: async (moniker) => {
      const component = byMoniker.get(moniker);
      const tries = live.get(moniker)?.tries;
      if (!component || !tries) return undefined;
      const planned = planFor(component);
      const found = await tries(planned.map(({ attempt }) => attempt));
      return found && planned.map(({ what, target }, at) => ({ what, target, found: found[at] ?? '' }));
    },
    endOf: async (moniker, attempt) => readExitRecord(exitRecordPath(options.ends, moniker, attempt)),
    start: async (moniker, attempt, secrets = new Map()) => {
      const known = byMoniker.get(moniker);
      const isBoxed = known && !runsOnHost(known);
      if (!known || (isBoxed && !bubblewrap))
        throw new Error(`${moniker} cannot be started before its environment was probed`);
      const bound = known.bound(secrets);
      if ('unfit' in bound) return neverStarted(refusedUnfit(moniker, bound.unfit), undefined);
      const component = { ...known, ...bound };
      const exitRecord = component.restart === 'never' ? exitRecordPath(options.ends, moniker, attempt) : undefined;
      // Before it starts: afterwards the file could be another one.
      const executed = await measure(
        executedFiles(component.argv, component.cwd, component.cwd === null ? null : options.tree),
      );
      const { planned } = component;
      if (planned && executed?.['digest'] !== planned.digest)
        return neverStarted(otherThanPlanned(options.run, moniker, planned, executed === undefined), executed);
      const profile = await profileOf(component);
      const opened = liveFilesOf(known, component);
      if ('blocked' in opened) return neverStarted(opened.blocked, executed);
      const { files } = opened;
      if (files) replaceable.set(moniker, files);
      return {
        ...(await start({
          component,
          ...opened,
          tree: options.tree,
          ways,
          bubblewrap: isBoxed ? (bubblewrap ?? null) : null,
          log: logOf(moniker),
          redact: options.logs.redactor.redact,
          exitRecord,
          storage: lay(component),
          held,
          onLaunch: (sandbox) => live.set(moniker, sandbox),
          profile,
        })),
        ...(executed ? { executed } : {}),
      };
    },
    probing: createProbing({
      ...options.assembled,
      tree: options.tree,
      ways,
      bubblewrap: () => bubblewrap,
      scratch: probeScratch,
      lay,
      held,
      profileOf: (component) => profileOf(component, true),
    }),
    workspaces: createLocalWorkspaces(options),
    close: async () => {
      for (const log of logs.values()) log.close();
      await ways.close();
      removeScratch(options.scratch);
    },
  };
}
