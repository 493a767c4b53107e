/** One program in a container of its own, and beside it the container whose agent joins it to its edges. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deferred } from '../../base/deferred.ts';
import type { JsonObject } from '../../base/json.ts';
import { printable } from '../../base/printable.ts';
import type { Attempt } from '../sandbox/agent/attempts.ts';
import type { PortsHeard } from '../sandbox/agent/protocol.ts';
import type { Difference } from '../sandbox/judge.ts';
import { type AgentLink, linkAgent } from './agent-link.ts';
import { readAttached } from './attached.ts';
import { agentBody, programBody } from './bodies.ts';
import { type Engine, EngineAway, EngineRefusal } from './engine.ts';
import { differences, type Found, foundIn, seenOf } from './judge.ts';
import { removeContainer } from './left.ts';
import type { ContainerSpec } from './spec.ts';
import { exitOf, stateOf } from './state.ts';

export type ContainerEnd =
  | { readonly reason: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly reason: 'memory' }
  /** It was not the program that ended it; `ran`: it had begun by then. */
  | { readonly reason: 'fault'; readonly message: string; readonly ran: boolean }
  /** Its place is not the one that was asked for. */
  | { readonly reason: 'differs'; readonly differs: readonly Difference[]; readonly ran: boolean }
  /** Nobody knows: the engine cannot be asked any more. */
  | { readonly reason: 'unreachable'; readonly message: string };

export interface Container {
  /** Settles once, when nothing of it is left, or nobody can say. */
  readonly ended: Promise<ContainerEnd>;
  readonly ready: Promise<void>;
  /** Never settles where nothing was measured. */
  readonly measured: Promise<JsonObject>;
  readonly ports: () => PortsHeard | undefined;
  readonly pid: () => number | undefined;
  /** From the network of the program; undefined where nobody can try. */
  readonly tries: (attempts: readonly Attempt[]) => Promise<readonly string[] | undefined>;
  /** Whether there is something at a path, as the program finds it; undefined where nobody can say. */
  readonly has: (path: string) => Promise<boolean | undefined>;
  /** Asks it to end, and ends it after `graceMs`. Resolves when nothing is left of it, or nobody can say. */
  readonly terminate: (graceMs: number) => Promise<void>;
}

/** How long an engine may be away before nobody counts on it any more. */
const awayMs = 10_000;
/** What was said last may still be on its way. */
const lastWordsMs = 2_000;

/** Never throws. Answers when the program was started, or never will be. `onEnd` is told before anything is removed. */
export async function startContainer(
  spec: ContainerSpec,
  onEnd: (end: ContainerEnd) => void = () => {},
  patience = awayMs,
): Promise<Container> {
  const { engine } = spec;
  const end = deferred<ContainerEnd>();
  const ready = deferred<void>();
  const measured = deferred<JsonObject>();
  const [agentName, programName] = [`${spec.name}-agent`, spec.name];
  let link: AgentLink | undefined;
  let program: string | undefined;
  let pid: number | undefined;
  let began = false;
  /** Why it is being ended by whoever stands here. */
  let because: ContainerEnd | undefined;
  let settling: Promise<void> | undefined;

  const settle = (found: ContainerEnd): Promise<void> => {
    settling ??= (async () => {
      const told = because ?? found;
      onEnd(told);
      link?.tell({ type: 'over' });
      const removed = await Promise.all(
        [programName, agentName].map((name) => removeContainer(engine, name, patience)),
      );
      link?.close();
      const lost = removed.find((one) => one !== undefined);
      // What ended is known; what is left of it is found by its labels.
      end.resolve(lost !== undefined && told.reason === 'fault' ? unreachable(lost) : told);
    })();
    return settling;
  };
  const kill = (signal: string): Promise<void> =>
    engine
      .ask({ method: 'POST', path: `/containers/${programName}/kill`, query: { signal } })
      .then(() => {}, ignoreGone);

  const container: Container = {
    ended: end.promise,
    ready: ready.promise,
    measured: measured.promise,
    ports: () => link?.ports(),
    pid: () => pid,
    tries: async (attempts) => (began && !settling ? link?.tries(attempts) : undefined),
    has: async (path) => {
      if (program === undefined || settling) return undefined;
      return engine.has(`/containers/${program}/archive`, { path }).catch(() => undefined);
    },
    terminate: async (graceMs) => {
      if (settling) return settling;
      if (graceMs > 0) {
        await kill(spec.stopSignal);
        await within(end.promise, graceMs);
      }
      if (settling) return settling;
      await kill('SIGKILL');
      await within(end.promise, patience + lastWordsMs);
      return settling ?? settle(unreachable('it could not be told to end'));
    },
  };

  try {
    const made = stateOf(
      await engine.ask({
        method: 'POST',
        path: '/containers/create',
        query: { name: agentName },
        body: agentBody(spec),
      }),
    );
    const spoken = await engine.attach(`/containers/${made.id}/attach`, all);
    link = linkAgent(spoken, spec);
    await engine.ask({ method: 'POST', path: `/containers/${made.id}/start` });
    const joined = await link.joined;
    if ('fault' in joined) {
      await settle({ reason: 'fault', message: joined.fault, ran: false });
      return container;
    }
    const differing = differences(foundIn(joined, joined.interfaces));
    if (differing.length > 0) {
      await settle({ reason: 'differs', differs: differing, ran: false });
      return container;
    }
    program = stateOf(
      await engine.ask({
        method: 'POST',
        path: '/containers/create',
        query: { name: programName },
        body: programBody(spec, made.id),
      }),
    ).id;
    const lacking = await lacks(engine, program, spec);
    if (lacking !== undefined) {
      await settle({ reason: 'fault', message: lacking, ran: false });
      return container;
    }
    const said = await engine.attach(`/containers/${program}/attach`, spec.script === undefined ? output : all);
    const silent = deferred<void>();
    readAttached(
      said,
      (stream, chunk) => (stream === 'stdout' ? spec.onStdout(chunk) : spec.onStderr(chunk)),
      silent.resolve,
    );
    // From now on its end is waited for, so that none is missed.
    const waited = waitFor(engine, program);
    waited.catch(() => {});
    await engine.ask({ method: 'POST', path: `/containers/${program}/start` });
    began = true;
    const now = stateOf(await engine.ask({ path: `/containers/${program}/json` }));
    pid = now.pid === 0 ? undefined : now.pid;
    const own = pid === undefined ? undefined : seenOf(pid, now.id);
    const seen = foundIn({ ...joined, ...own }, joined.interfaces);
    const unlike = differences(seen);
    if (unlike.length > 0) because = { reason: 'differs', differs: unlike, ran: true };
    measured.resolve(measurement(spec, seen, own === undefined ? 'agent' : 'program'));
    if (because) void kill('SIGKILL');
    else {
      tellScript(said, spec.script);
      link.tell({ type: 'watch' });
    }
    void link.ready.then(() => ready.resolve());
    void link.gone.then(() => {
      if (settling) return;
      because ??= { reason: 'fault', message: 'what joins it to its edges has ended', ran: true };
      void kill('SIGKILL').catch(() => {});
    });
    if (spec.readyPorts.length === 0 && !because) ready.resolve();
    const id = program;
    void ending(engine, id, waited, patience).then(async (found) => {
      await within(silent.promise, lastWordsMs);
      said.destroy();
      await settle(found);
    });
  } catch (error) {
    await settle(
      error instanceof EngineAway
        ? unreachable(error.message)
        : { reason: 'fault', message: startFault(error as Error), ran: began },
    );
  }
  return container;
}

/** Until it settles, or that much time has passed. */
async function within(settled: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([settled, sleep(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}

const output = { stream: '1', stdout: '1', stderr: '1' };
const all = { ...output, stdin: '1' };

const noShell =
  'it is given a secret by its environment or arguments, and its image has no /bin/sh that could be told it: mount it as a file';

/** Why it cannot be started from this image. What is found by PATH is found, or not, when it starts. */
async function lacks(engine: Engine, id: string, { script, argv }: ContainerSpec): Promise<string | undefined> {
  const has = (path: string): Promise<boolean> => engine.has(`/containers/${id}/archive`, { path });
  if (script !== undefined && !(await has('/bin/sh'))) return noShell;
  const [first = ''] = argv;
  return first.startsWith('/') && !(await has(first)) ? `program \`${first}\` does not exist in the image` : undefined;
}

const unreachable = (why: string): ContainerEnd => ({ reason: 'unreachable', message: `the engine is away: ${why}` });

const ignoreGone = (error: unknown): void => {
  // Not there any more, or not running.
  if (error instanceof EngineRefusal || error instanceof EngineAway) return;
  throw error;
};

const startFault = (error: Error): string => {
  const text = printable(error.message).slice(0, 300);
  const missing = /exec: "([^"]*)": (?:stat [^:]*: no such file|executable file not found)/.exec(text)?.[1];
  return missing === undefined ? text : `program \`${missing}\` does not exist in the image`;
};

function tellScript(said: Socket, script: string | undefined): void {
  if (script !== undefined) said.end(script);
}

const waitFor = (engine: Engine, id: string): Promise<unknown> =>
  engine.ask({ method: 'POST', path: `/containers/${id}/wait`, query: { condition: 'next-exit' }, patienceMs: null });

/** Of a program that was started. An engine that is away for a moment is asked again. */
async function ending(engine: Engine, id: string, waited: Promise<unknown>, patience: number): Promise<ContainerEnd> {
  let until: number | undefined;
  let next: Promise<unknown> = waited;
  for (;;) {
    try {
      await next;
      const state = stateOf(await engine.ask({ path: `/containers/${id}/json` }));
      if (state.running) {
        until = undefined;
        next = waitFor(engine, id);
        continue;
      }
      if (state.outOfMemory) return { reason: 'memory' };
      return { reason: 'exited', ...exitOf(state.code) };
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404)
        return { reason: 'fault', message: 'somebody removed its container', ran: true };
      until ??= performance.now() + patience;
      if (performance.now() > until) return unreachable((error as Error).message);
      await sleep(100);
      next = Promise.resolve();
    }
  }
}

/** `readOf`: whose process the kernel was asked about; that of the program is not always one that this process sees. */
function measurement(spec: ContainerSpec, found: Found, readOf: 'agent' | 'program'): JsonObject {
  const { image, user, limits } = spec;
  return {
    container: { image, user: user ?? 'of the image', root: 'read-only', readOf },
    ...(found as unknown as JsonObject),
    limits: {
      memory: 'enforced',
      processes: 'enforced',
      folders: 'enforced',
      openFiles: 'enforced',
      ...(limits.cpuSeconds === null ? {} : { cpu: 'enforced' }),
      ...(limits.fileBytes === null ? {} : { fileSize: 'enforced' }),
    },
  };
}
