/** The cluster itself: it is one, it is closed, its policies hold, and nothing of it is left. Objects by hand. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apart, image, namespaceOf } from './support/apart.ts';
import { type Cluster, lab, startCluster, until } from './support/cluster.ts';
import { imagesIn } from './support/images.ts';
import { placesOf, tried } from './support/matrix.ts';
import { runningPods } from './support/objects.ts';
import { listenIn } from './support/probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'headgate-cluster-'));
const namespace = `apart-${process.pid}`;
const edges = [
  ['a', 'b'],
  ['b', 'c'],
] as const;
const allowed = ['a -> b:8080', 'a -> names:53', 'b -> c:8080', 'b -> names:53', 'c -> names:53', 'x -> names:53'];
let cluster: Cluster;
const kubectl = (...args: readonly string[]): string => cluster.kubectl(['-n', namespace, ...args]);
const matrix = (): readonly string[] =>
  tried(
    cluster,
    namespace,
    placesOf(cluster, namespace, ({ metadata }) => metadata.labels['name']),
    [8080, 9090],
  );
const listenEverywhere = (): void => {
  for (const place of placesOf(cluster, namespace, ({ metadata }) => metadata.labels['name']))
    listenIn(cluster, { namespace, ...place }, 9090);
};

beforeAll(async () => {
  cluster = await startCluster();
  imagesIn(cluster, folder).make(image);
  cluster.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(namespaceOf(namespace)));
  cluster.kubectl(['apply', '--server-side', '-n', namespace, '-f', '-'], apart(['a', 'b', 'c', 'x'], edges));
  kubectl('wait', '--for=condition=Available', '--timeout=120s', 'deployment', '--all');
  listenEverywhere();
});

afterAll(() => {
  cluster?.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the cluster', () => {
  it('is the version that is written for', () => {
    const { serverVersion } = JSON.parse(cluster.kubectl(['version', '-o', 'json'])) as {
      serverVersion: { gitVersion: string };
    };
    expect(serverVersion.gitVersion).toBe('v1.36.3');
  });

  it('is refused a second time while it is up', () => {
    const { status, stderr } = spawnSync(lab, ['up'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('a lab is up in') });
  });

  it('lets no pod be more than restricted', () => {
    const free = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'free' },
      spec: { containers: [{ name: 'x', image }] },
    };
    expect(() => cluster.kubectl(['apply', '-n', namespace, '-f', '-'], JSON.stringify(free))).toThrow(
      /violates PodSecurity "restricted:latest"/,
    );
  });

  it('gives pods addresses of both families', () => {
    for (const { status } of runningPods(cluster, namespace)) expect(status.podIPs).toHaveLength(2);
  });

  it('lets through what policies say, in one direction, on one port, and nothing else', async () => {
    await expect.poll(matrix, { timeout: 60_000 }).toEqual(allowed);
  });

  it('knows names, inside alone', () => {
    const look = (name: string): string =>
      kubectl(
        'exec',
        'deploy/a',
        '--',
        'python3',
        '-c',
        `import socket\ntry:\n  print(socket.gethostbyname("${name}"))\nexcept OSError: print("unknown")`,
      ).trim();
    expect(look('b')).toMatch(/^10\.125\./);
    expect(look('example.com')).toBe('unknown');
  });

  it('holds policies for a pod that comes in the place of one that was killed', async () => {
    const [before] = runningPods(cluster, namespace).filter(({ metadata }) => metadata.labels['name'] === 'b');
    kubectl('delete', 'pod', before?.metadata.name ?? '', '--grace-period=0', '--force');
    kubectl('wait', '--for=condition=Available', '--timeout=120s', 'deployment/b');
    const [after] = runningPods(cluster, namespace).filter(({ metadata }) => metadata.labels['name'] === 'b');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    await expect.poll(matrix, { timeout: 60_000 }).toEqual(allowed);
  });

  it.each(['kube-router', 'kubelet', 'kube-proxy'])('holds policies when %s was killed', async (part) => {
    cluster.restart(part);
    await until(() => kubectl('exec', 'deploy/x', '--', 'sh', '-c', 'exit'));
    expect(matrix()).toEqual(allowed);
    await expect.poll(matrix, { timeout: 60_000 }).toEqual(allowed);
  });

  it('is open where its policies are gone, so that what was refused was refused by them', async () => {
    const [b] = placesOf(cluster, namespace, ({ metadata }) => (metadata.labels['name'] === 'b' ? 'b' : undefined));
    // Whoever came in the place of one that was killed opened no second port.
    if (b) listenIn(cluster, { namespace, ...b }, 9090);
    kubectl('delete', 'networkpolicy', '--all');
    await expect
      .poll(() => matrix().filter((line) => /^x -> [abc]:/.test(line)), {
        timeout: 60_000,
      })
      .toEqual(['a', 'b', 'c'].flatMap((name) => [`x -> ${name}:8080`, `x -> ${name}:9090`]));
  });
});
