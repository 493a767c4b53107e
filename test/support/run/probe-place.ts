/** Components that run on this machine, with a plan's probes and without whoever decides when these are run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { treeAt } from '../../../src/adapters/files/scenario-tree.ts';
import type { PlanProbe } from '../../../src/ir/plan-probe-schema.ts';
import type { ComponentRuntime } from '../../../src/ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import type { Environment, Started } from '../../../src/ports/environment.ts';
import type { Probing } from '../../../src/ports/execution.ts';
import type { PolicyAsk } from '../../../src/ports/policy-client.ts';
import { nothing } from '../../../src/runtime/authority/authority.ts';
import { grantsOf } from '../../../src/runtime/authority/grants.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { type Assembled, assembleRun } from '../../../src/runtime/environments/local/assemble.ts';
import { createLocalEnvironment } from '../../../src/runtime/environments/local/environment.ts';
import type { PlacedProbing, ProbeContext } from '../../../src/runtime/probes/probe.ts';
import { createRedactor } from '../../../src/runtime/redactor/redactor.ts';
import { openStore } from '../../../src/runtime/store/store.ts';
import { compileFiles, type Files } from '../policy-scenario.ts';
import { createTempFolder, type TempFolder } from '../temp-folder.ts';

export interface ProbePlaceOptions {
  readonly files: Files;
  readonly probes?: Readonly<Record<string, PlanProbe>>;
  readonly components?: Readonly<Record<string, ComponentRuntime>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly externals?: Readonly<Record<string, string>>;
  readonly answer?: (ask: PolicyAsk) => object;
}

export interface ProbePlace {
  readonly plan: DeploymentPlan;
  readonly folder: string;
  readonly probing: PlacedProbing;
  readonly context: (more?: Partial<ProbeContext>) => ProbeContext;
  /** What was kept under a digest. */
  readonly kept: (digest: string | undefined) => Buffer;
  readonly started: (moniker: string) => Started;
  /** Ends a component for good. */
  readonly end: (moniker: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const clock: Clock = {
  time: () => new Date().toISOString(),
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Everything is up, and every task has ended. */
export async function openProbePlace(options: ProbePlaceOptions): Promise<ProbePlace> {
  const temp: TempFolder = createTempFolder();
  const folder = temp.lay(options.files);
  const { compiled, diagnostics } = await compileFiles(
    options.files,
    options.answer ?? (() => ({ interpositions: [] })),
  );
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { components = {}, probes = {} } = options;
  const plan: DeploymentPlan = { ...compiled.plan, runtime: { components, probes } };
  const externals = options.externals ?? {};
  const assembled = assembleRun({ plan, sourceFolder: folder, env: options.env ?? {}, externals });
  if ('blocked' in assembled) throw new Error(JSON.stringify(assembled.blocked));
  const redactor = createRedactor(assembled.secrets);
  const environment = createLocalEnvironment({
    assembled,
    tree: treeAt(folder),
    run: 'r-probes',
    stateDir: join(temp.path, 'state'),
    storage: 'k',
    scratch: join(temp.path, 'scratch'),
    exportPorts: {},
    externals,
    secretUrl: async () => ({ url: '' }),
    ends: join(temp.path, 'ends'),
    logs: { folder: join(temp.path, 'logs'), clock: () => '', redactor, onLine: () => {} },
  });
  const running = new Map<string, Started>();
  const close = async (): Promise<void> => {
    for (const started of running.values()) await started.terminate(0);
    await environment.close();
    temp.remove();
  };
  try {
    await startAll(environment, assembled, running);
  } catch (error) {
    await close();
    throw error;
  }
  const store = openStore(join(temp.path, 'store'));
  const pathOf = (name: string): string => join(folder, name);
  const { execute, reach } = environment.probing as Probing;
  const placed: PlacedProbing = {
    execute: (subject, execution) => execute(subject, execution, nothing),
    reach: (target) => reach(target, nothing),
  };
  return {
    plan,
    folder,
    probing: placed,
    context: (more = {}) => ({
      name: 'p',
      place: placed,
      clock,
      signal: new AbortController().signal,
      file: async (name) => {
        try {
          return readFileSync(pathOf(name));
        } catch {
          return undefined;
        }
      },
      pathOf,
      keep: store.put,
      redact: redactor.redact,
      ...more,
    }),
    kept: (digest) => Buffer.from(store.get(digest ?? '') ?? `nothing is kept as ${digest}`),
    started: (moniker) => running.get(moniker) as Started,
    end: async (moniker) => {
      await running.get(moniker)?.terminate(0);
      await running.get(moniker)?.ended;
      await environment.over(moniker, nothing);
    },
    close,
  };
}

async function startAll(
  environment: Environment,
  { components, edges }: Assembled,
  running: Map<string, Started>,
): Promise<void> {
  const { blocked } = await environment.probe(nothing);
  if (blocked.length > 0) throw new Error(JSON.stringify(blocked));
  for (const { subject, grants } of grantsOf(components, edges)) {
    const granted = await environment.apply(subject, grants, nothing);
    if ('blocked' in granted) throw new Error(JSON.stringify(granted.blocked));
  }
  const waiting = [...components];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (next.after.some((moniker) => !running.has(moniker))) {
      waiting.push(next);
      continue;
    }
    const started = await environment.start(next.moniker, 1, undefined, nothing);
    running.set(next.moniker, started);
    const end = await Promise.race([
      next.restart === 'never' ? new Promise<void>(() => {}) : started.ready,
      started.ended,
    ]);
    if (end && end.code !== 0) throw new Error(`${next.moniker} ended: ${JSON.stringify(end)}`);
    if (end) await environment.over(next.moniker, nothing);
  }
}
