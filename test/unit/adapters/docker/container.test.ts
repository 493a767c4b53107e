import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Container, type ContainerEnd, startContainer } from '../../../../src/adapters/docker/container.ts';
import type { ContainerSpec } from '../../../../src/adapters/docker/spec.ts';
import { until } from '../../../support/run/cli-run.ts';
import { engineOf, type FakeEngine, startFakeEngine } from '../../../support/run/fake-engine.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let fake: FakeEngine;
let count = 0;
beforeEach(async () => {
  fake = await startFakeEngine(temp.path, `${count++}.sock`);
});
afterEach(() => fake.close());

const MiB = 2 ** 20;
const specOf = (more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  engine: engineOf(fake),
  name: 'one',
  labels: { 'headgate.dev/run': 'r' },
  image: 'sha256:abc',
  argv: ['serve', '--fast'],
  env: { A: 'b' },
  mounts: [{ source: '/here', target: '/data', writable: true }],
  memory: [{ target: '/scratch', bytes: 7 * MiB }],
  limits: { cpuSeconds: 9, memoryBytes: 64 * MiB, tasks: 12, openFiles: 100, fileBytes: null, tmpBytes: MiB },
  stopSignal: 'SIGINT',
  agent: {
    image: 'agent:1',
    node: { shown: new Map([['/headgate/node', '/usr/bin/node']]), command: ['/headgate/node'] },
    script: '/agent.cjs',
    user: '7:8',
  },
  provides: [{ folder: '/edges/out', port: 8080 }],
  slots: [{ name: 'up', address: null, port: 20_000, folder: '/edges/up' }],
  readyPorts: [8080],
  onStdout: () => {},
  onStderr: () => {},
  ...more,
});
const held = 'CapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\nNoNewPrivs:\t1\nSeccomp:\t2\n';
const apart = Object.fromEntries(['ipc', 'mnt', 'net', 'pid', 'uts'].map((name) => [name, `${name}:[1]`]));
const joined = { type: 'joined', status: held, namespaces: apart, interfaces: ['lo'] };
/** With an agent that says this once it is asked. */
async function started(
  more: Partial<ContainerSpec> = {},
  says: object | null = joined,
  onEnd: (end: ContainerEnd) => void = () => {},
): Promise<Container> {
  const starting = startContainer(specOf(more), onEnd, 300);
  if (says) {
    await until(
      () => [...fake.containers.values()][0]?.said.join('') ?? '',
      (said) => said.includes('holdMs'),
    );
    fake.agentSays(says);
  }
  return starting;
}
const roles = (): readonly (string | undefined)[] =>
  [...fake.containers.values()].map(({ body }) => body.Labels['headgate.dev/role']);
const bodyOf = (role: string): Record<string, unknown> & { HostConfig: Record<string, unknown> } =>
  [...fake.containers.values()].find(({ body }) => body.Labels['headgate.dev/role'] === role)?.body as never;

describe('a program in a container', () => {
  it('shares the loopback of an agent, which alone is shown the folders of its edges', async () => {
    const container = await started();
    const [agent, program] = [bodyOf('agent'), bodyOf('program')];
    expect(agent.HostConfig['NetworkMode']).toBe('none');
    expect(program.HostConfig['NetworkMode']).toBe('container:id0');
    const sources = (body: typeof agent): readonly (readonly [string, boolean])[] =>
      (body.HostConfig['Mounts'] as { Source: string; ReadOnly: boolean }[]).map((one) => [one.Source, one.ReadOnly]);
    expect(sources(agent)).toEqual([
      ['/usr/bin/node', true],
      ['/agent.cjs', true],
      ['/edges/up', true],
      ['/edges/out', false],
    ]);
    expect(sources(program)).toEqual([['/here', false]]);
    expect([agent['User'], program['User']]).toEqual(['7:8', undefined]);
    for (const { HostConfig } of [agent, program])
      expect(HostConfig).toMatchObject({
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Privileged: false,
        ReadonlyRootfs: true,
        IpcMode: 'private',
        LogConfig: { Type: 'none' },
        RestartPolicy: { Name: 'no' },
      });
    expect(program.HostConfig).toMatchObject({ Memory: 64 * MiB, MemorySwap: 64 * MiB, PidsLimit: 12, ShmSize: MiB });
    expect(program.HostConfig['Ulimits']).toContainEqual({ Name: 'cpu', Soft: 9, Hard: 14 });
    expect(Object.keys(program.HostConfig['Tmpfs'] as object).sort()).toEqual(['/run', '/scratch', '/tmp', '/var/tmp']);
    expect(program).toMatchObject({
      Image: 'sha256:abc',
      Entrypoint: ['serve', '--fast'],
      Cmd: [],
      Env: ['A=b'],
      OpenStdin: false,
    });
    void container.terminate(0);
    await container.ended;
  });

  it('is ready when its agent says so, and its words come in their streams, however they are cut', async () => {
    const said: string[] = [];
    const container = await started({
      onStdout: (chunk) => said.push(`out ${chunk}`),
      onStderr: (chunk) => said.push(`err ${chunk}`),
    });
    fake.agentSays({ type: 'listening', missing: [8080], others: [9] });
    await until(container.ports, (ports) => ports !== undefined);
    expect(container.ports()).toEqual({ missing: [8080], others: [9] });
    fake.agentSays({ type: 'ready' });
    await container.ready;
    fake.programSays(1, 'hello');
    fake.programSays(2, 'oh');
    await until(
      () => said,
      (all) => all.length === 2,
    );
    expect(said).toEqual(['out hello', 'err oh']);
    fake.exit(3);
    expect(await container.ended).toEqual({ reason: 'exited', code: 3, signal: null });
    expect(roles()).toEqual([]);
  });

  it.each([
    [143, false, { reason: 'exited', code: null, signal: 'SIGTERM' }],
    [137, true, { reason: 'memory' }],
    [0, false, { reason: 'exited', code: 0, signal: null }],
    [255, false, { reason: 'exited', code: 255, signal: null }],
  ])('ended with %i, out of memory %s', async (code, outOfMemory, end) => {
    const ends: ContainerEnd[] = [];
    let there = 0;
    const container = await started({}, joined, (one) => {
      ends.push(one);
      there = fake.containers.size;
    });
    fake.exit(code, outOfMemory);
    expect(await container.ended).toEqual(end);
    // Told before anything is removed.
    expect([ends, there]).toEqual([[end], 2]);
  });

  it('is asked to end by the signal of its image, and ended when its time is over', async () => {
    const container = await started();
    const [, program] = [...fake.containers.values()];
    await container.terminate(50);
    expect(program?.signals).toEqual(['SIGINT', 'SIGKILL']);
    expect(await container.ended).toEqual({ reason: 'exited', code: null, signal: 'SIGKILL' });
    expect(roles()).toEqual([]);
  });

  it('is not started where the place of its agent is not what was asked for', async () => {
    const container = await started(
      {},
      { ...joined, status: held.replace('CapBnd:\t0', 'CapBnd:\t400'), interfaces: ['lo', 'eth0'] },
    );
    const end = await container.ended;
    expect(end).toMatchObject({ reason: 'differs', ran: false });
    expect(end.reason === 'differs' && end.differs.map(({ what }) => what)).toEqual(['network', 'capabilities']);
    expect(fake.asked.filter((one) => one.includes('create'))).toHaveLength(1);
    expect(roles()).toEqual([]);
  });

  it('is ended where the kernel says that it is not what was asked for', async () => {
    for (const [status, namespaces, what] of [
      [held.replace('NoNewPrivs:\t1', 'NoNewPrivs:\t0'), apart, 'no_new_privs'],
      [held.replace('Seccomp:\t2', 'Seccomp:\t0'), apart, 'system calls'],
      [held, { ...apart, net: readlinkSync('/proc/self/ns/net') }, 'namespaces'],
    ] as const) {
      const end = await (await started({}, { ...joined, status, namespaces })).ended;
      expect(end.reason === 'differs' && end.differs.map((one) => one.what)).toEqual([what]);
    }
  });

  it('ends with what joins it to its edges', async () => {
    const container = await started();
    [...fake.containers.values()][0]?.socket?.destroy();
    expect(await container.ended).toEqual({
      reason: 'fault',
      message: 'what joins it to its edges has ended',
      ran: true,
    });
    expect(roles()).toEqual([]);
  });

  it('is not started where a port of a slot is taken', async () => {
    const container = await started(
      {},
      { type: 'failed', message: 'port 20000, which stands for slot `up`, is taken' },
    );
    expect(await container.ended).toMatchObject({
      reason: 'fault',
      ran: false,
      message: expect.stringContaining('20000'),
    });
    expect(roles()).toEqual([]);
  });

  it('is told secrets by a shell of its image on its input, and by nothing that is written down', async () => {
    const container = await started({ script: "export TOKEN='canary'\nexec 'serve' </dev/null\n" });
    const [, program] = [...fake.containers.values()];
    expect(program?.body).toMatchObject({ Entrypoint: ['/bin/sh'], OpenStdin: true, StdinOnce: true });
    await until(
      () => program?.said.join(''),
      (said) => said?.includes('canary') === true,
    );
    expect(JSON.stringify(program?.body)).not.toContain('canary');
    fake.exit(0);
    await container.ended;
    fake.paths.clear();
    const without = await started({ script: 'exec x\n' });
    expect(await without.ended).toMatchObject({
      reason: 'fault',
      ran: false,
      message: expect.stringContaining('/bin/sh'),
    });
  });

  it.each([['/containers/one/json', '/no/program', 'program `/no/program` does not exist in the image']])(
    '%s: a program that is not there is named',
    async (_, program, message) => {
      const container = await started({ argv: [program] });
      expect(await container.ended).toEqual({ reason: 'fault', message, ran: false });
    },
  );

  it('says why it cannot be started', async () => {
    fake.fail(
      /POST \/containers\/id1\/start/,
      400,
      'OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown',
    );
    const container = await started({ argv: ['nope'] });
    expect(await container.ended).toEqual({
      reason: 'fault',
      message: 'program `nope` does not exist in the image',
      ran: false,
    });
    expect(roles()).toEqual([]);
  });
});

describe('an engine that goes away', () => {
  it('for good leaves what ran there unknown', async () => {
    const container = await started();
    await fake.goAway();
    expect(await container.ended).toMatchObject({ reason: 'unreachable' });
  });

  it('for good ends no wait of who ends it', async () => {
    const container = await started();
    await fake.goAway();
    await container.terminate(10);
    expect(await container.ended).toMatchObject({ reason: 'unreachable' });
  });

  it('in the middle of a start is told apart from a program that failed', async () => {
    fake.fail(/POST \/containers\/id1\/start/);
    const container = await started();
    expect(await container.ended).toMatchObject({ reason: 'unreachable' });
    // It answered again, and nothing was left.
    expect(roles()).toEqual([]);
  });

  it('for a moment is asked again', async () => {
    const container = await started();
    fake.fail(/GET \/containers\/id1\/json/);
    fake.exit(5);
    expect(await container.ended).toEqual({ reason: 'exited', code: 5, signal: null });
  });

  it('and somebody who removed the container, are two things', async () => {
    const container = await started();
    fake.fail(/GET \/containers\/id1\/json/, 404, 'No such container');
    fake.exit(137);
    expect(await container.ended).toMatchObject({ reason: 'fault', message: 'somebody removed its container' });
    await sleep(1);
  });
});
