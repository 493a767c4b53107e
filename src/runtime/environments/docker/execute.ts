/** Something that is executed in the place of a component: in a container of its own, of the same image, with what that is given. */
import { chmodSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { type ContainerEnd, startContainer } from '../../../adapters/docker/container.ts';
import type { ContainerSpec } from '../../../adapters/docker/spec.ts';
import { meter } from '../../../adapters/sandbox/folder-meter.ts';
import type { SandboxLimits } from '../../../adapters/sandbox/limits.ts';
import { createMemoryFolder, type PrivateFolder } from '../../../adapters/sandbox/private-folder.ts';
import { deferred } from '../../../base/deferred.ts';
import type { Executed, Execution } from '../../../ports/execution.ts';
import { refusedUnfit } from '../../bindings/refused.ts';
import { neverExecuted, type Running, type Streams, untilEnded } from '../local/executed.ts';
import { type Given, givenTo } from '../local/given.ts';
import { ownPorts } from '../local/probing.ts';
import { overText, removeScratch } from '../local/storage.ts';
import { endOf } from './end-of.ts';
import { hiddenIn, limitsOf, mountFault, mountsOf, scriptOf } from './given.ts';
import { labelsOf } from './labels.ts';
import { type ContainerStart, nameOf } from './start.ts';
import { agentUser, whoRuns } from './who.ts';

export type InPlace = Omit<ContainerStart, 'attempt' | 'secrets' | 'ends' | 'onLaunch'> & {
  /** Of all that are executed by this process, which one. */
  readonly number: number;
};

/** Where it finds what it is to read. */
const stdinFile = '/headgate-stdin';

/** Never throws. */
export async function executeInContainer(place: InPlace, execution: Execution): Promise<Executed> {
  const { component: known, shared, redact } = place;
  const bound = known.bound(execution.secrets ?? new Map());
  if ('unfit' in bound) return neverExecuted(refusedUnfit(known.moniker, bound.unfit).reasons.join('; '));
  const component = { ...known, ...bound };
  const scratch = join(shared.probeScratch, `container-${place.number}`);
  let folder: PrivateFolder | undefined;
  try {
    const storage = shared.lay(component, scratch);
    const given = givenTo(component, shared.ways, storage, await shared.profileOf(component));
    folder = createMemoryFolder();
    const spec = specOf({ ...place, component }, bound, given, execution, folder.path);
    if (typeof spec === 'string') return neverExecuted(spec);
    const exceeded = deferred<string>();
    const metered = meter(storage.metered, shared.held, { onOver: (over) => exceeded.resolve(overText(over)) });
    const start = (streams: Streams): Running =>
      runningIn({ ...spec, ...streams }, known.moniker, given.limits, place.patienceMs);
    const found = await untilEnded(start, execution, exceeded.promise);
    const over = await metered.end();
    const whole = over ? { ...found, ended: 'error' as const, fault: overText(over) } : found;
    return whole.fault === undefined ? whole : { ...whole, fault: redact(whole.fault) };
  } catch (error) {
    return neverExecuted(redact((error as Error).message));
  } finally {
    folder?.remove();
    removeScratch(scratch);
  }
}

/** Words instead: why it cannot be. */
function specOf(
  { component, found, image, ids, run, shared, tree, agent, number }: InPlace,
  bound: Parameters<typeof hiddenIn>[1],
  given: Given,
  { argv, env = {}, cwd, stdin }: Execution,
  folder: string,
): Omit<ContainerSpec, keyof Streams> | string {
  const { moniker } = component;
  const who = whoRuns(image, ids, found.rootless);
  const mounts = [...mountsOf(component, given, folder, who, tree)];
  if (stdin !== undefined) {
    const source = join(folder, 'stdin');
    writeFileSync(source, stdin, { mode: 0o444, flag: 'wx' });
    chmodSync(source, 0o444);
    mounts.push({ source, target: stdinFile, writable: false });
  }
  const fault = mountFault(mounts, given.scratch);
  if (fault !== undefined) return fault;
  const hidden = Object.entries(hiddenIn(component, bound, component.secretVariables ?? []).env).filter(
    ([name]) => !Object.hasOwn(env, name),
  );
  const isTold = hidden.length > 0 || stdin !== undefined;
  const shown = Object.entries({ ...given.env, ...env }).filter(([name]) => hidden.every(([other]) => other !== name));
  const begins = given.beginsAt ?? component.cwd ?? undefined;
  const at = cwd === undefined ? begins : isAbsolute(cwd) ? cwd : resolve(begins ?? '/', cwd);
  const owner = basename(shared.ways.workplace().path);
  return {
    engine: found.engine,
    name: `${nameOf(run, moniker, 0)}-probe-${number}`,
    labels: labelsOf({ run, moniker, attempt: 'probe', owner, isTask: false }),
    image: image.id,
    argv,
    env: { ...(who.user === undefined ? {} : { HOME: '/tmp' }), ...Object.fromEntries(shown) },
    ...(at === undefined ? {} : { cwd: at }),
    ...(who.user === undefined ? {} : { user: who.user }),
    ...(who.uid === undefined ? {} : { uid: who.uid }),
    ...(isTold
      ? { script: scriptOf(argv, Object.fromEntries(hidden), stdin === undefined ? undefined : stdinFile) }
      : {}),
    mounts,
    memory: given.scratch,
    limits: limitsOf(given.limits, component),
    stopSignal: 'SIGTERM',
    agent: { ...agent, user: agentUser(ids, found.rootless) },
    provides: [],
    slots: [
      ...given.slots.map(({ name, address = null, port, socket }) => ({
        name,
        address: address === '127.0.0.1' ? null : address,
        port,
        folder: socket.folder,
      })),
      ...ownPorts(component, shared.ways).map(({ name, port, socket }) => ({
        name,
        address: null,
        port,
        folder: socket.folder,
      })),
    ],
    readyPorts: [],
  };
}

/** It is being started, and can be ended before it was. */
function runningIn(
  spec: ContainerSpec,
  moniker: string,
  limits: SandboxLimits,
  patienceMs: number | undefined,
): Running {
  const ended = deferred<ContainerEnd>();
  const started = deferred<void>();
  const measured = deferred<Awaited<Running['measured']>>();
  const starting = startContainer(spec, undefined, patienceMs);
  void starting.then((container) => {
    void container.ready.then(() => started.resolve());
    void container.measured.then((found) => measured.resolve(found));
    void container.ended.then((end) => ended.resolve(end));
  });
  const end = async (graceMs: number): Promise<void> => (await starting).terminate(graceMs);
  return {
    started: started.promise,
    measured: measured.promise,
    ended: ended.promise.then((how) => {
      const { code, signal, fault } = endOf(how, moniker, limits);
      return { code, signal, ...(fault === undefined ? {} : { fault }) };
    }),
    terminate: end,
    stop: () => end(0),
  };
}
