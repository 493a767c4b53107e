/** examples/shop in a cluster: it opens and sells behind its policies, and from the place of every component nothing is open but its edges. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
  makeImages,
  matrix,
  modelled,
  openUnbound,
  places,
  prune,
  rolledOut,
} from './support/emitted.ts';
import { imagesIn } from './support/images.ts';
import { runningPods } from './support/objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'headgate-shop-k8s-'));
const namespace = `shop-${process.pid}`;
const scenario = join(folder, 'checkout/examples/shop/scenario.yaml');
const token = 'tok-4711';
/** Of every component, and of what policies put in. */
const ports = [7000, 18_141, 18_300, 18_301, 18_302, 18_303, 18_400];
let cluster: Cluster;
let emitted: Emitted;
const kubectl = (...args: readonly string[]): string => cluster.kubectl(['-n', namespace, ...args]);
const shows = (service: string, path: string): unknown => JSON.parse(answerOf(cluster, namespace, service, path));
const podOf = (moniker: string): string =>
  runningPods(cluster, namespace).find(({ metadata }) => metadata.annotations?.['headgate.dev/moniker'] === moniker)
    ?.metadata.name ?? '';

/** What a customer sends to /web, from its own place: the cluster's way to Services has no body. */
function sent(path: string, body: object): unknown {
  const script = `fetch('http://127.0.0.1:8080${path}', { method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} })
    .then((answer) => answer.text()).then((text) => console.log(text))`;
  return JSON.parse(kubectl('exec', podOf('/web'), '--', 'node', '-e', script));
}

beforeAll(async () => {
  cluster = await startCluster();
  for (const part of ['examples/shop', 'manifests']) cpSync(part, join(folder, 'checkout', part), { recursive: true });
  // A checkout, as far as anybody looks.
  mkdirSync(join(folder, 'checkout/.git'));
  emitted = emit(scenario, join(folder, 'out'), { secrets: { token } });
  const images = imagesIn(cluster, folder);
  // As its Dockerfile has it.
  for (const part of ['web', 'mail', 'kv', 'store', 'sales', 'sales/payments']) {
    const app = join(folder, 'app', part);
    for (const each of ['lib', part]) cpSync(join('examples/shop', each), join(app, each), { recursive: true });
    images.make(`headgate-shop/${part.replace('sales/', '')}:1`, { folder: app, at: 'app' });
  }
  makeImages(emitted, images, scenario, (name) => !/^headgate-shop\//.test(name));
  createNamespace(cluster, namespace);
  apply(cluster, namespace, emitted);
  rolledOut(cluster, namespace);
}, 600_000);

afterAll(() => {
  cluster?.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the shop in a cluster', () => {
  it('is called enforced by its canary', () => {
    const [canary] = canaries(cluster, namespace);
    kubectl('wait', '--for=condition=complete', '--timeout=120s', `job/${canary?.metadata.name}`);
    expect(kubectl('logs', `job/${canary?.metadata.name}`)).toBe('enforced\n');
  });

  it('is what kubectl as a client takes, file by file and as a whole', () => {
    const takes = (...from: readonly string[]): readonly string[] =>
      kubectl('apply', '--dry-run=client', '--validate=strict', ...from)
        .trim()
        .split('\n');
    const files = [...emitted.files.keys()].filter((name) => /^[a-z]+\.yaml$/.test(name) && !/^kust/.test(name));
    expect(files.length).toBeGreaterThan(5);
    const each = files.flatMap((name) => takes('-f', join(emitted.folder, name)));
    const whole = takes('-k', emitted.folder);
    for (const line of [...each, ...whole]) expect(line).toMatch(/ (created|configured|unchanged) \(dry run\)$/);
    // What kustomize makes of given values comes on top.
    expect(whole.length).toBeGreaterThan(each.length);
  });

  it('sells, and a card comes as far as the bank and no further', async () => {
    await until(() => expect(shows('export-shop', '/products')).toHaveLength(3));
    expect(shows('export-shop', '/search?q=late')).toEqual(['clock']);
    sent('/carts/ann', { id: 'lamp', count: 2 });
    expect(sent('/checkout', { cart: 'ann', card: '4111 1111 1111 1111', to: 'ann@example.com' })).toEqual({
      order: 1,
      total: 80,
    });
    expect(shows('export-letters', '/letters')).toEqual([
      { to: 'ann@example.com', text: 'order 1: 80, paid with card **** 1111' },
    ]);
    expect(shows('export-books', '/entries')).toEqual([{ entry: 1, amount: 80, approved: true }]);
  });

  it('writes down what payments asks, without a card, and shows the token in no object but its own', () => {
    const interposers = runningPods(cluster, namespace).filter(({ metadata }) =>
      metadata.annotations?.['headgate.dev/moniker']?.includes('__overlay_'),
    );
    expect(interposers).toHaveLength(6);
    const said = interposers.map(({ metadata }) => kubectl('logs', metadata.name)).join('');
    expect(said).toContain('"edge":"/sales/payments/gateway.bank"');
    expect(said).not.toMatch(/4111|tok-4711/);
    for (const [, text] of emitted.files) expect(text).not.toContain(token);
    expect(kubectl('get', 'deployments,pods,configmaps,jobs', '-o', 'json')).not.toContain(token);
  });

  it('from every place lets through what the checker computed, and nothing else', async () => {
    expect(places(cluster, namespace)).toHaveLength(19);
    openUnbound(cluster, namespace);
    const edges = modelled(emitted).filter((line) => !line.endsWith(' -> names:53'));
    expect(edges).toHaveLength(23);
    await expect.poll(() => matrix(cluster, namespace, ports), { timeout: 120_000 }).toEqual(modelled(emitted));
  }, 300_000);

  it('keeps its stock when the pod of its storage was killed', async () => {
    const left = (): unknown => (shows('export-shop', '/products') as { left: number }[])[0]?.left;
    expect(left()).toBe(3);
    kubectl('delete', 'pod', podOf('/kv'), '--grace-period=0', '--force');
    rolledOut(cluster, namespace);
    await until(() => expect(left()).toBe(3));
    expect(prune(cluster, namespace, emitted)).toEqual([]);
  });
});
