/**
 * The container engine of this machine: every component in a container of its own, joined by the sockets that join sandboxes. What runs here and
 * has lost its headgate has lost its edges too; whoever goes on with the run, or runs anything here later, ends it.
 */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { edgeAgentSource } from '../../../adapters/docker/agent/agent.ts';
import { type AgentNode, agentImage, agentNode } from '../../../adapters/docker/agent/image.ts';
import type { Container } from '../../../adapters/docker/container.ts';
import { type FoundEngine, findEngine, type NoEngine } from '../../../adapters/docker/find-engine.ts';
import { findContainers, removeContainer } from '../../../adapters/docker/left.ts';
import { exitOf, stateOf } from '../../../adapters/docker/state.ts';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import { containers } from '../../../plan/wiring/image-of.ts';
import type { End, Environment } from '../../../ports/environment.ts';
import type { Executed } from '../../../ports/execution.ts';
import type { LocalComponent } from '../local/component.ts';
import type { Shared } from '../local/environment.ts';
import { neverExecuted } from '../local/executed.ts';
import { exitRecordPath, readExitRecord } from '../local/exit-record.ts';
import { executeInContainer } from './execute.ts';
import { findImages, type Images } from './images.ts';
import { isLeftBehind, looking, ofAnyRun, ofAttempt, ofRun } from './labels.ts';
import { proved } from './prove.ts';
import { startInContainer } from './start.ts';

export interface DockerEnvironmentOptions {
  /** Those that run here. */
  readonly components: readonly LocalComponent[];
  readonly run: string;
  /** Folder for what tasks came to. */
  readonly ends: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly redact: (text: string) => string;
  readonly tree: ScenarioTree;
  /** Sandboxes of this machine, with which it shares every way. */
  readonly local: Environment & { readonly shared: Shared };
  /** How long the engine may be away. */
  readonly patienceMs?: number;
}

interface Prepared {
  readonly found: FoundEngine;
  readonly images: Images;
  readonly agent: { readonly image: string; readonly node: AgentNode; readonly script: string };
}

export function createDockerEnvironment(options: DockerEnvironmentOptions): Environment {
  const { components, run, ends, env, redact, local } = options;
  const { shared } = local;
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  const live = new Map<string, Container>();
  let prepared: Prepared | undefined;
  let asked: Promise<FoundEngine | NoEngine> | undefined;
  const engineOf = async (): Promise<FoundEngine | NoEngine> => {
    asked ??= findEngine(env);
    const found = await asked;
    // It may be there the next time.
    if ('code' in found) asked = undefined;
    return found;
  };
  /** Everything of this run, or what others left behind. Answers what could not be removed. */
  const sweep = async (found: FoundEngine, labels: readonly string[], isOne: Parameters<typeof wanted>[1]) => {
    const left = wanted(await findContainers(found.engine, labels), isOne);
    // Programs first: what joins them to their edges tells nobody that it has gone.
    for (const { id } of left) await removeContainer(found.engine, id);
  };

  let executions = 0;
  /** Undefined before the engine was probed, and for who does not run here. */
  const placeOf = (moniker: string) => {
    const component = byMoniker.get(moniker);
    const image = prepared?.images.get(component?.image ?? '');
    if (!component || !prepared || !image) return undefined;
    const { found, agent } = prepared;
    const ids = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const { tree, patienceMs } = options;
    return {
      component,
      found,
      image,
      agent,
      ids,
      run,
      shared,
      tree,
      redact,
      ...(patienceMs === undefined ? {} : { patienceMs }),
    };
  };

  return {
    name: containers,
    probe: () =>
      probeEngine(
        components,
        engineOf,
        () => looking(run, basename(shared.ways.workplace().path)),
        async (found, images) => {
          await sweep(found, ofRun(run), () => true);
          await sweep(found, ofAnyRun, (one) => isLeftBehind(one, run));
          const script = join(shared.ways.workplace().path, 'edge-agent.cjs');
          writeFileSync(script, edgeAgentSource, { mode: 0o400 });
          prepared = { found, images, agent: { image: await agentImage(found.engine), node: agentNode(), script } };
        },
      ),
    apply: local.apply,
    revoke: local.revoke,
    over: local.over,
    ...(local.check ? { check: local.check } : {}),
    ...(local.workspaces ? { workspaces: local.workspaces } : {}),
    start: async (moniker, attempt, secrets = new Map()) => {
      const place = placeOf(moniker);
      if (!place) throw new Error(`${moniker} cannot be started before its environment was probed`);
      return startInContainer({
        ...place,
        attempt,
        secrets,
        ends,
        onLaunch: (container) => live.set(moniker, container),
      });
    },
    endOf: async (moniker, attempt) => {
      const kept = readExitRecord(exitRecordPath(ends, moniker, attempt));
      if (kept) return kept;
      const found = await engineOf();
      if ('code' in found) return away(found.message);
      try {
        return await endIn(found, ofAttempt(run, moniker, attempt));
      } catch (error) {
        return away((error as Error).message);
      }
    },
    prove: async (moniker) => {
      const component = byMoniker.get(moniker);
      const container = live.get(moniker);
      return component && container ? proved(container, shared.plannedFor(component)) : undefined;
    },
    probing: {
      reach: async (target, on) => local.probing?.reach(target, on),
      execute: async (subject, execution): Promise<Executed> => {
        const place = placeOf(subject);
        if (!place) return neverExecuted(`nothing of ${subject} runs here`);
        return executeInContainer({ ...place, number: executions++ }, execution);
      },
    },
    close: async () => {
      if (components.length === 0) return;
      const found = await engineOf();
      // Whoever goes on with the run finds them.
      if (!('code' in found)) await sweep(found, ofRun(run), () => true).catch(() => {});
    },
  };
}

type Left = Awaited<ReturnType<typeof findContainers>>[number];

const wanted = (left: readonly Left[], isOne: (one: Left) => boolean): readonly Left[] =>
  left
    .filter(isOne)
    .sort(
      (a, b) => Number(a.labels['headgate.dev/role'] === 'agent') - Number(b.labels['headgate.dev/role'] === 'agent'),
    );

const away = (why: string): End => ({
  code: null,
  signal: null,
  fault: `the engine is away: ${why}`,
  unreachable: true,
});

/** One that still runs has lost its edges with its headgate: it is ended, and nobody knows how far it came. */
async function endIn({ engine }: FoundEngine, labels: readonly string[]): Promise<End | undefined> {
  const [left] = await findContainers(engine, labels);
  if (!left) return undefined;
  const state = stateOf(await engine.ask({ path: `/containers/${left.id}/json` }));
  if (!state.running && state.ran) return state.outOfMemory ? { code: 137, signal: null } : exitOf(state.code);
  const lost = await removeContainer(engine, left.id);
  return lost === undefined ? undefined : away(lost);
}

async function probeEngine(
  components: readonly Pick<LocalComponent, 'image' | 'moniker'>[],
  engineOf: () => Promise<FoundEngine | NoEngine>,
  labels: () => Readonly<Record<string, string>>,
  prepare: (found: FoundEngine, images: Images) => Promise<void>,
): Promise<{ readonly blocked: readonly Blocked[]; readonly facts: JsonObject }> {
  const found = await engineOf();
  if ('code' in found) return { blocked: [noEngine(found)], facts: { driver: 'docker', engine: null } };
  const users = new Map<string, string[]>();
  for (const { image, moniker } of components)
    if (image !== undefined) users.set(image, [...(users.get(image) ?? []), moniker]);
  try {
    const { images, blocked } = await findImages(found.engine, users, labels());
    const all = [...(found.seccomp ? [] : [noEngine(noFilter)]), ...blocked];
    if (all.length === 0) await prepare(found, images);
    return { blocked: all, facts: factsOf(found, images) };
  } catch (error) {
    const fault = {
      code: 'docker_unavailable',
      message: (error as Error).message,
      remedy: 'look whether the engine is well: `docker info`',
    } as const;
    return { blocked: [noEngine(fault)], facts: factsOf(found, new Map()) };
  }
}

/** What containers are made with, and nothing of who or where. */
const factsOf = ({ version, api, rootless }: FoundEngine, images: Images): JsonObject => ({
  driver: 'docker',
  engine: version,
  api,
  rootless,
  images: Object.fromEntries([...images].map(([reference, { id }]) => [reference, id])),
});

const noFilter: NoEngine = {
  code: 'docker_unavailable',
  message: 'the engine filters no system calls of its containers',
  remedy: 'let it have its usual seccomp profile',
};

const noEngine = ({ code, message, remedy }: NoEngine): Blocked => ({
  gate: code,
  subject: 'run',
  reasons: [message],
  remedy,
});

/** Of a run that does not begin: only what is missing is asked for. */
export const probeContainers = (
  components: readonly Pick<LocalComponent, 'image' | 'moniker'>[],
  env: DockerEnvironmentOptions['env'],
): ReturnType<typeof probeEngine> =>
  probeEngine(
    components,
    () => findEngine(env),
    () => ({ 'headgate.dev/role': 'look' }),
    async () => {},
  );
