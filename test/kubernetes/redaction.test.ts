/** examples/redaction in a cluster: the interposer stands on the only way, the canary says whether that is held, and changes roll. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster, until } from './support/cluster.ts';
import {
  answerOf,
  apply,
  canaries,
  createNamespace,
  type Emitted,
  emit,
  giveInputs,
  makeImages,
  matrix,
  modelled,
  openUnbound,
  prune,
  rolledOut,
} from './support/emitted.ts';
import { imagesIn } from './support/images.ts';
import { listed, type Pod, runningPods } from './support/objects.ts';
import { isSampled } from './support/sampled.ts';

const folder = mkdtempSync(join(tmpdir(), 'headgate-redaction-'));
const namespace = `redaction-${process.pid}`;
const scenario = join(folder, 'scenario/scenario.yaml');
const interposer = '/__overlay_0_0';
const ports = [18_100, 18_101, 18_130];
const edges = [`${interposer} -> /responder:18101`, `/caller -> ${interposer}:18130`].flatMap((line) => [
  line,
  `${line.split(' ')[0]} -> names:53`,
]);
let cluster: Cluster;
let emitted: Emitted;
const kubectl = (...args: readonly string[]): string => cluster.kubectl(['-n', namespace, ...args]);
const status = (): { sent: string; received: string | null } =>
  JSON.parse(answerOf(cluster, namespace, 'export-status', '/status')) as { sent: string; received: string | null };
const podOf = (moniker: string): Pod | undefined =>
  runningPods(cluster, namespace).find(({ metadata }) => metadata.annotations?.['headgate.dev/moniker'] === moniker);

beforeAll(async () => {
  cluster = await startCluster();
  cpSync('examples/redaction', join(folder, 'scenario'), { recursive: true });
  const image = (moniker: string): string => `  ${moniker}: { image: "python:3.11" }\n`;
  writeFileSync(
    join(folder, 'scenario/headgate.yaml'),
    `version: 1\ncomponents:\n${['/caller', '/responder', interposer].map(image).join('')}`,
  );
  emitted = emit(scenario, join(folder, 'out'));
  makeImages(emitted, imagesIn(cluster, folder), scenario);
  createNamespace(cluster, namespace);
  apply(cluster, namespace, emitted);
  rolledOut(cluster, namespace);
});

afterAll(() => {
  cluster?.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the redaction example in a cluster', () => {
  it('is called enforced by its canary', () => {
    const [canary] = canaries(cluster, namespace);
    kubectl('wait', '--for=condition=complete', '--timeout=120s', `job/${canary?.metadata.name}`);
    expect(kubectl('logs', `job/${canary?.metadata.name}`)).toBe('enforced\n');
  });

  it('shows the redaction in its status', async () => {
    await until(() => expect(status().received).not.toBeNull());
    const { sent, received } = status();
    expect(sent).toContain('ORBIT-7731');
    expect(received).toContain('[REDACTED]');
    expect(received).not.toMatch(/ORBIT-7731|key-4f1d9a/);
  });

  it('from every place lets through what the checker computed, and nothing else', async () => {
    openUnbound(cluster, namespace);
    expect(modelled(emitted)).toEqual([...edges].sort());
    await expect.poll(() => matrix(cluster, namespace, ports), { timeout: 60_000 }).toEqual(modelled(emitted));
  });

  it('goes on with its edges when a pod was killed', async () => {
    const before = podOf('/responder');
    kubectl('delete', 'pod', before?.metadata.name ?? '', '--grace-period=0', '--force');
    rolledOut(cluster, namespace);
    expect(podOf('/responder')?.metadata.uid).not.toBe(before?.metadata.uid);
    await until(() => expect(status().received).toContain('[REDACTED]'));
    await expect.poll(() => matrix(cluster, namespace, ports), { timeout: 60_000 }).toEqual(modelled(emitted));
  });

  it('rolls by the names of what it is given, and lists and deletes what is left', async () => {
    const before = podOf('/caller');
    const responder = podOf('/responder');
    const maps = listed<Pod>(cluster, namespace, 'configmaps', 'app.kubernetes.io/managed-by=headgate');
    expect(prune(cluster, namespace, emitted)).toEqual([]);
    giveInputs(emitted.folder, {
      config: ['HEADGATE_CONFIG_LAUNCH_CODE=COMET-9'],
    });
    apply(cluster, namespace, emitted);
    rolledOut(cluster, namespace);
    await until(() => expect(podOf('/caller')?.metadata.uid).not.toBe(before?.metadata.uid));
    // Who is given nothing that changed stays.
    expect(podOf('/responder')?.metadata.uid).toBe(responder?.metadata.uid);
    await until(() => expect(status().sent).toContain('COMET-9'));
    expect(status().received).not.toContain('COMET-9');
    const left = maps.map(({ metadata }) => `configmap/${metadata.name}`);
    expect(left).toHaveLength(1);
    expect(prune(cluster, namespace, emitted)).toEqual(left);
    prune(cluster, namespace, emitted, '--delete');
    expect(prune(cluster, namespace, emitted)).toEqual([]);
    await until(() => expect(status().received).toContain('[REDACTED]'));
  });

  const rules: readonly (readonly [string, readonly string[], string])[] = [
    ['the rule that denies everything is', ['default-deny'], 'default-deny does not hold'],
    ['all its rules are', ['--all'], 'what no rule allows gets through'],
    ['the rule that lets the canary out is', ['canary-egress'], 'what is allowed does not get through'],
    ['the rule that lets the canary in is', ['canary-ingress'], 'what is allowed does not get through'],
  ];
  // The last two take two minutes each: the canary asks until it gives up.
  it.each(isSampled ? rules.slice(0, 2) : rules)('is not called enforced where %s gone', async (_, gone, words) => {
    const [canary] = canaries(cluster, namespace);
    const job = canary?.metadata.name ?? '';
    kubectl('delete', 'job', job);
    kubectl('delete', 'networkpolicy', ...gone);
    apply(cluster, namespace, { ...emitted, folder: withoutPolicies() });
    await until(() => expect(canaries(cluster, namespace)[0]?.status.failed ?? 0).toBeGreaterThan(0), 400);
    expect(kubectl('logs', `job/${job}`)).toContain(words);
    kubectl('delete', 'job', job);
    apply(cluster, namespace, emitted);
    kubectl('wait', '--for=condition=complete', '--timeout=120s', `job/${job}`);
  });
});

function withoutPolicies(): string {
  const copy = join(folder, 'without');
  cpSync(emitted.folder, copy, { recursive: true });
  const path = join(copy, 'kustomization.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('  - "networkpolicies.yaml"\n', ''));
  return copy;
}
