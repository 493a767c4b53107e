/** What a cluster says of the workloads of a run → what is known of components. */
import { isObject, type JsonObject } from '../../../base/json.ts';
import type { Life, Seen } from '../../../ports/target.ts';
import { annotation, listAt, nameOf, objectAt, textAt } from './objects.ts';

export interface Cluster {
  readonly workloads: readonly JsonObject[];
  readonly pods: readonly JsonObject[];
}

/** Reasons for waiting that do not pass by themselves. */
const lasting =
  /^(?:ErrImageNeverPull|ImagePullBackOff|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError)$/;

/** `restartsOf` says how often a component may be started again before it counts as one that does not get ready. */
export function seenIn(
  { workloads, pods }: Cluster,
  restartsOf: (moniker: string) => number,
): ReadonlyMap<string, Seen> {
  const live = pods.filter((pod) => objectAt(pod, 'metadata')['deletionTimestamp'] === undefined);
  return new Map(
    workloads.flatMap((workload): readonly (readonly [string, Seen])[] => {
      const moniker = annotation(workload, 'moniker');
      if (moniker === undefined) return [];
      const own = live
        .filter((pod) => annotation(pod, 'moniker') === moniker)
        .sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1));
      const isTask = textAt(workload, 'kind') === 'Job';
      return [[moniker, isTask ? ofJob(workload, own) : ofDeployment(workload, own, restartsOf(moniker))]];
    }),
  );
}

const createdAt = (pod: JsonObject): string => textAt(objectAt(pod, 'metadata'), 'creationTimestamp');
const uidOf = (of: JsonObject | undefined): string => (of ? textAt(objectAt(of, 'metadata'), 'uid') : '');
const containersOf = (pod: JsonObject): readonly JsonObject[] => listAt(objectAt(pod, 'status'), 'containerStatuses');
const conditionOf = (workload: JsonObject, type: string): JsonObject | undefined =>
  listAt(objectAt(workload, 'status'), 'conditions').find((one) => one['type'] === type);

function ofDeployment(workload: JsonObject, pods: readonly JsonObject[], mostRestarts: number): Seen {
  const status = objectAt(workload, 'status');
  const wanted = Number(objectAt(workload, 'spec')['replicas'] ?? 1);
  const count = (key: string): number => Number(status[key] ?? 0);
  const isSeen = count('observedGeneration') >= Number(objectAt(workload, 'metadata')['generation'] ?? 0);
  const isReady =
    isSeen &&
    count('updatedReplicas') === wanted &&
    count('availableReplicas') >= wanted &&
    count('replicas') === wanted;
  const containers = pods.flatMap(containersOf);
  const restarts = containers.reduce((sum, one) => sum + Number(one['restartCount'] ?? 0), 0);
  const codes = containers
    .flatMap((one) => [objectAt(one, 'state', 'terminated'), objectAt(one, 'lastState', 'terminated')])
    .flatMap((one) => (typeof one['exitCode'] === 'number' ? [one['exitCode']] : []));
  const [code = null] = codes;
  const late = conditionOf(workload, 'Progressing');
  const fault =
    waitingFault(pods) ??
    (restarts > mostRestarts
      ? `it ended ${restarts} times and was started again, and still is not ready`
      : undefined) ??
    (late?.['reason'] === 'ProgressDeadlineExceeded'
      ? 'it did not get ready in the time that the cluster allows'
      : undefined);
  return {
    state: isReady ? 'ready' : containers.some(isBackingOff) ? 'waiting' : 'starting',
    code,
    restarts,
    instance: uidOf(pods[0]),
    lives: pods.flatMap(livesOf),
    ...(isReady || fault === undefined ? {} : { fault }),
  };
}

const idOf = (pod: JsonObject, restarts: number): string => `${uidOf(pod)}/${restarts}`;

/** Of a container the one that runs, or has ended, and the one before it: no other can be read any more. */
function livesOf(pod: JsonObject): readonly Life[] {
  return containersOf(pod).flatMap((container): readonly Life[] => {
    const restarts = Number(container['restartCount'] ?? 0);
    const isRunning = isObject(objectAt(container, 'state')['running']);
    const hasEnded = isObject(objectAt(container, 'state')['terminated']);
    const hadEnded = isObject(objectAt(container, 'lastState')['terminated']);
    const now = isRunning || hasEnded;
    return [
      ...(hadEnded ? [{ id: idOf(pod, now ? restarts - 1 : restarts), isOver: true }] : []),
      ...(now ? [{ id: idOf(pod, restarts), isOver: hasEnded }] : []),
    ];
  });
}

export interface LifeOfPod {
  readonly name: string;
  /** It is the one before the one that runs now. */
  readonly isPrevious: boolean;
}

/** Where a life can be read; undefined when it can be no more. */
export function podOfLife(pods: readonly JsonObject[], life: string): LifeOfPod | undefined {
  for (const pod of pods)
    for (const [index, { id }] of [...livesOf(pod)].reverse().entries())
      if (id === life) return { name: nameOf(pod), isPrevious: index > 0 };
  return undefined;
}

const isBackingOff = (container: JsonObject): boolean =>
  textAt(objectAt(container, 'state', 'waiting'), 'reason') === 'CrashLoopBackOff';

/** Why a pod cannot start; its first container that waits says so. */
export function waitingFault(pods: readonly JsonObject[]): string | undefined {
  for (const pod of pods) {
    const all = [...listAt(objectAt(pod, 'status'), 'initContainerStatuses'), ...containersOf(pod)];
    for (const one of all) {
      const waiting = objectAt(one, 'state', 'waiting');
      const reason = textAt(waiting, 'reason');
      if (lasting.test(reason)) return `${reason}: ${textAt(waiting, 'message').split('\n')[0] ?? ''}`.trim();
    }
  }
  return undefined;
}

function ofJob(workload: JsonObject, pods: readonly JsonObject[]): Seen {
  const common = { restarts: 0, instance: uidOf(workload), lives: pods.flatMap(livesOf) };
  const terminated = pods.flatMap(containersOf).map((one) => objectAt(one, 'state', 'terminated'));
  const [code] = terminated.flatMap((one) => (typeof one['exitCode'] === 'number' ? [one['exitCode']] : []));
  if (conditionOf(workload, 'Complete')?.['status'] === 'True') return { ...common, state: 'ended', code: 0 };
  if (conditionOf(workload, 'Failed')?.['status'] === 'True') return { ...common, state: 'ended', code: code ?? null };
  const fault = waitingFault(pods);
  const isRunning = pods.some((pod) => objectAt(pod, 'status')['phase'] === 'Running');
  return { ...common, state: isRunning ? 'ready' : 'starting', code: null, ...(fault === undefined ? {} : { fault }) };
}

/** What the canary has found out: whether it is over, and in which words. */
export function canaryIn({ workloads, pods }: Cluster): {
  readonly state: 'absent' | 'running' | 'passed' | 'failed';
  readonly said: string;
} {
  const job = workloads.find((one) => annotation(one, 'role') === 'canary');
  if (!job) return { state: 'absent', said: '' };
  const own = pods.filter((pod) => objectAt(pod, 'metadata', 'labels')['job-name'] === nameOf(job));
  const messages = own
    .flatMap(containersOf)
    .map((one) => textAt(objectAt(one, 'state', 'terminated'), 'message').trim());
  const said = messages.find((message) => message !== '') ?? waitingFault(own) ?? '';
  if (conditionOf(job, 'Complete')?.['status'] === 'True') return { state: 'passed', said };
  return { state: conditionOf(job, 'Failed')?.['status'] === 'True' ? 'failed' : 'running', said };
}
