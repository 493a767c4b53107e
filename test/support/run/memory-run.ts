/** A run without files and processes: the executor as it is, over an environment in memory and a clock that the test moves. */
import type { PlanRuntime } from '../../../src/ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import type { Entry } from '../../../src/language/journal/entry.ts';
import type { WiredEdge } from '../../../src/plan/wiring/edges.ts';
import { createBudgets } from '../../../src/runtime/budgets/budgets.ts';
import type { ComponentSpec } from '../../../src/runtime/component.ts';
import { drive } from '../../../src/runtime/drive.ts';
import type { Drive, DriveOptions } from '../../../src/runtime/drive-options.ts';
import { place } from '../../../src/runtime/environments/placement.ts';
import type { Probers } from '../../../src/runtime/probes/probe.ts';
import type { Store } from '../../../src/runtime/store/store.ts';
import { runCopies } from '../../../src/runtime/workspaces/check-workspaces.ts';
import type { Sources } from '../../../src/runtime/workspaces/run-copies.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createMemoryEnvironment, type MemoryEnvironment, type MemoryOptions } from './memory-environment.ts';
import { memoryRecord, saidBy } from './memory-record.ts';

export const component = (moniker: string, more: Partial<ComponentSpec> = {}): ComponentSpec => ({
  moniker,
  ports: [],
  storage: [],
  restart: 'on-failure',
  restarts: 8,
  readyMs: null,
  budget: {},
  after: [],
  egress: null,
  ...more,
});

/** An edge of a strong binding: `from` provides, `to` consumes. */
export const edge = (from: string, to: string, weak = false): WiredEdge => ({
  key: `${to}.${from.slice(1)}#0`,
  id: `${to}.${from.slice(1)}`,
  from: { kind: 'component', moniker: from, port: 80 },
  to: { kind: 'slot', moniker: to, slot: from.slice(1), index: 0 },
  protocol: 'http',
  weak,
});

export interface MemoryRun extends Drive {
  readonly entries: readonly Entry[];
  /** `intent env.probe`, `outcome process.start:/a succeeded`, in order. */
  readonly said: () => readonly string[];
  readonly store: Store;
  /** What lies in it. */
  readonly blobs: Map<string, Uint8Array>;
  readonly environment: MemoryEnvironment;
  /** By name; see `MemoryRunOptions.elsewhere`. */
  readonly elsewhere: Readonly<Record<string, MemoryEnvironment>>;
  /** What was asked of all environments, `far: start /a 1`, in order. */
  readonly calls: readonly string[];
  readonly clock: FakeClock;
  /** Bytes of the store by digest, as JSON. */
  readonly kept: (digest: string) => unknown;
}

export interface MemoryRunOptions
  extends MemoryOptions,
    Partial<Pick<DriveOptions, 'arrange' | 'graceMs' | 'proveEnforcement' | 'secrets' | 'finalizeOf' | 'delegation'>> {
  readonly components: readonly ComponentSpec[];
  readonly edges?: readonly WiredEdge[];
  /** More environments by name, each with the monikers that are placed there. */
  readonly elsewhere?: Readonly<Record<string, MemoryOptions & { readonly monikers: readonly string[] }>>;
  /** Monikers of tasks that are asked for again. */
  readonly redo?: readonly string[];
  /** What earlier processes of the run wrote. */
  readonly before?: readonly Entry[];
  /** Of the plan. */
  readonly runtime?: PlanRuntime;
  /** By kind. */
  readonly probers?: Probers;
  readonly sourceFolder?: string;
  readonly sources?: DeploymentPlan['sources'];
  /** What lies in the store. */
  readonly blobs?: ReadonlyMap<string, Uint8Array>;
  readonly redact?: (text: string) => string;
  /** Of the workspaces of `runtime`; see also `MemoryOptions.workspaces`. */
  readonly workSources?: Sources;
  /** Throws for the entry with this number, and for all after it. */
  readonly fullAt?: number;
}

const bare = { planDigest: 'sha256:AAAA', config: { leaves: [] }, sources: [], components: [], edges: [], exports: [] };

export function memoryRun(options: MemoryRunOptions): MemoryRun {
  const { sources = [], blobs: lying = new Map<string, Uint8Array>() } = options;
  const { components, edges = [], before = [], redo = [], graceMs = 500, fullAt } = options;
  const plan = {
    ...bare,
    components: components.map(({ moniker }) => ({ moniker })),
    sources,
    ...(options.runtime ? { runtime: options.runtime } : {}),
  } as unknown as DeploymentPlan;
  const clock = createFakeClock();
  const calls: string[] = [];
  const onCall = (call: string): void => void calls.push(call);
  const environment = createMemoryEnvironment(clock, { ...options, onCall });
  const elsewhere: Record<string, MemoryEnvironment> = {};
  const named = new Map<string, MemoryEnvironment>();
  for (const [name, { monikers, ...place }] of Object.entries(options.elsewhere ?? {})) {
    const other = createMemoryEnvironment(clock, { ...place, name, onCall });
    elsewhere[name] = other;
    for (const moniker of monikers) named.set(moniker, other);
  }
  const { entries, known, record } = memoryRecord(clock, before, fullAt);
  const blobs = new Map(lying);
  const store: Store = {
    put: (bytes) => {
      const digest = `sha256:${Buffer.from(bytes).toString('hex')}`;
      blobs.set(digest, bytes);
      return digest;
    },
    get: (digest) => blobs.get(digest),
    has: (digest) => blobs.has(digest),
    pathOf: (digest) => digest,
  };
  if (redo.length > 0) record.run('start', { plan: plan.planDigest, options: null, resumed: true, redo });
  const driven = drive({
    runId: 'r',
    plan,
    budgets: createBudgets({
      plan: { ...plan, edges: plan.edges ?? [], policies: plan.policies ?? [] },
      record,
      state: known.state,
      clock,
    }),
    components,
    edges,
    placement: place(environment, named),
    record,
    known,
    store,
    clock,
    readyTimeoutMs: 60_000,
    graceMs,
    probes: {
      runners: options.probers ?? {},
      sourceFolder: options.sourceFolder ?? '/nowhere',
      redact: options.redact ?? ((text) => text),
    },
    ...(options.workSources
      ? { workspaces: { copies: runCopies(plan, '/source'), sources: () => options.workSources as Sources } }
      : {}),
    onState: () => {},
    onReady: () => {},
    ...(options.arrange ? { arrange: options.arrange } : {}),
    ...(options.finalizeOf ? { finalizeOf: options.finalizeOf } : {}),
    ...(options.secrets ? { secrets: options.secrets } : {}),
    ...(options.delegation ? { delegation: options.delegation } : {}),
    ...(options.proveEnforcement ? { proveEnforcement: true } : {}),
  });
  // Whoever waits for it meets what it throws; nobody has to.
  driven.outcome.catch(() => {});
  const said = (): readonly string[] => saidBy(entries.slice(before.length));
  const kept = (digest: string): unknown => JSON.parse(String(Buffer.from(blobs.get(digest) ?? '')));
  return { ...driven, entries, said, store, blobs, environment, elsewhere, calls, clock, kept };
}
