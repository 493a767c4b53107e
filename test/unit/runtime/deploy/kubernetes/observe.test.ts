import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../src/base/json.ts';
import { canaryIn, podOfLife, seenIn } from '../../../../../src/runtime/deploy/kubernetes/observe.ts';

const at = (moniker: string): JsonObject => ({ annotations: { 'headgate.dev/moniker': moniker } });
const deployment = (status: JsonObject, replicas = 1): JsonObject => ({
  kind: 'Deployment',
  metadata: { ...at('/a'), generation: 2, name: 'a' },
  spec: { replicas },
  status: { observedGeneration: 2, ...status },
});
const rolled = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const pod = (container: JsonObject, more: JsonObject = {}): JsonObject => ({
  metadata: { ...at('/a'), uid: 'p1', creationTimestamp: '2030-01-01T00:00:00Z', ...more },
  status: { phase: 'Running', containerStatuses: [container] },
});
const seen = (workload: JsonObject, pods: readonly JsonObject[]) =>
  seenIn({ workloads: [workload], pods }, () => 2).get('/a');

describe('what a cluster says', () => {
  it.each([
    ['rolled out', rolled, 'ready'],
    ['with an old pod beside it', { ...rolled, replicas: 2 }, 'starting'],
    ['not yet updated', { ...rolled, updatedReplicas: 0 }, 'starting'],
    ['not available', { replicas: 1, updatedReplicas: 1 }, 'starting'],
    ['of an older generation', { ...rolled, observedGeneration: 1 }, 'starting'],
  ])('a deployment %s is %s', (_, status, state) => {
    expect(seen(deployment(status), [pod({ restartCount: 0 })])).toMatchObject({ state, instance: 'p1' });
  });

  it('a container that waits to be started again is told with its restarts and its last end', () => {
    const container = {
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3 } },
    };
    expect(seen(deployment({ replicas: 1 }), [pod(container)])).toMatchObject({
      state: 'waiting',
      restarts: 2,
      code: 3,
    });
    expect(seen(deployment({ replicas: 1 }), [pod({ ...container, restartCount: 3 })])?.fault).toContain(
      'it ended 3 times',
    );
  });

  it('an image that cannot be had is a fault, and one that is being pulled is none', () => {
    const waits = (reason: string): JsonObject => ({
      restartCount: 0,
      state: { waiting: { reason, message: 'no such image\nmore' } },
    });
    expect(seen(deployment({}), [pod(waits('ImagePullBackOff'))])?.fault).toBe('ImagePullBackOff: no such image');
    expect(seen(deployment({}), [pod(waits('ContainerCreating'))])).not.toHaveProperty('fault');
  });

  it('a pod that is going away counts no more', () => {
    const going = pod({ restartCount: 5 }, { uid: 'p0', deletionTimestamp: '2030-01-01T00:00:00Z' });
    expect(seen(deployment(rolled), [going, pod({ restartCount: 0 })])).toMatchObject({ restarts: 0, instance: 'p1' });
    expect(seen(deployment({}), [going])).toMatchObject({ state: 'starting', instance: '' });
  });

  it.each([
    [[], 'Running', 'ready', null],
    [[], 'Pending', 'starting', null],
    [[{ type: 'Complete', status: 'True' }], 'Succeeded', 'ended', 0],
    [[{ type: 'Failed', status: 'True' }], 'Failed', 'ended', 7],
  ])('a job with %j and a pod that is %s is %s', (conditions, phase, state, code) => {
    const job = { kind: 'Job', metadata: { ...at('/a'), uid: 'j' }, status: { conditions } };
    const own = {
      ...pod({ state: { terminated: { exitCode: 7 } } }),
      status: { phase, containerStatuses: phase === 'Failed' ? [{ state: { terminated: { exitCode: 7 } } }] : [] },
    };
    expect(seen(job, [own])).toMatchObject({ state, code, instance: 'j' });
  });

  it.each([
    [[{ type: 'Complete', status: 'True' }], 'passed'],
    [[{ type: 'Failed', status: 'True' }], 'failed'],
    [[], 'running'],
  ])('a canary with %j has %s', (conditions, state) => {
    const job = {
      kind: 'Job',
      metadata: { name: 'canary-1', annotations: { 'headgate.dev/role': 'canary' } },
      status: { conditions },
    };
    const own = {
      metadata: { labels: { 'job-name': 'canary-1' } },
      status: { containerStatuses: [{ state: { terminated: { message: 'what no rule allows gets through\n' } } }] },
    };
    expect(canaryIn({ workloads: [job], pods: [own] })).toEqual({ state, said: 'what no rule allows gets through' });
    expect(canaryIn({ workloads: [], pods: [own] }).state).toBe('absent');
  });

  it.each([
    ['waits for the first time', { restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }, []],
    ['runs', { restartCount: 0, state: { running: {} } }, ['p1/0 goes on']],
    ['has ended', { restartCount: 0, state: { terminated: { exitCode: 1 } } }, ['p1/0']],
    [
      'waits to begin again',
      {
        restartCount: 1,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1 } },
      },
      ['p1/1'],
    ],
    [
      'has begun again',
      { restartCount: 2, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } },
      ['p1/1', 'p1/2 goes on'],
    ],
  ])('of a pod whose container %s speaks who has begun', (_, container, expected) => {
    const { lives = [] } = seen(deployment(rolled), [pod(container)]) ?? {};
    expect(lives.map(({ id, isOver }) => (isOver ? id : `${id} goes on`))).toEqual(expected);
  });

  it('all pods of a component speak, those of a task too', () => {
    const running = { restartCount: 0, state: { running: {} } };
    const pods = [pod(running), pod(running, { uid: 'p2' })];
    const ids = ['p1/0', 'p2/0'];
    expect(seen(deployment(rolled, 2), pods)?.lives?.map(({ id }) => id)).toEqual(ids);
    const job = { kind: 'Job', metadata: { ...at('/a'), uid: 'j' } };
    expect(seen(job, pods)?.lives?.map(({ id }) => id)).toEqual(ids);
  });

  it('a life is read at its pod, as long as the cluster has it', () => {
    const pods = [pod({ restartCount: 2, state: { running: {} }, lastState: { terminated: {} } }, { name: 'a-1' })];
    expect(podOfLife(pods, 'p1/2')).toEqual({ name: 'a-1', isPrevious: false });
    expect(podOfLife(pods, 'p1/1')).toEqual({ name: 'a-1', isPrevious: true });
    expect(podOfLife(pods, 'p1/0')).toBeUndefined();
    const waits = { restartCount: 1, state: { waiting: {} }, lastState: { terminated: {} } };
    expect(podOfLife([pod(waits, { name: 'a-1' })], 'p1/1')).toEqual({ name: 'a-1', isPrevious: false });
  });
});
