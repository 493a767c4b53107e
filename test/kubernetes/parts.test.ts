/** A scenario with what redaction lacks: plain TCP, a slot of several, storage, a secret, a component that nobody is bound to. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  prune,
  rolledOut,
} from './support/emitted.ts';
import { imagesIn } from './support/images.ts';
import { runningPods } from './support/objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'headgate-parts-'));
const namespace = `parts-${process.pid}`;
const scenario = join(folder, 'scenario/scenario.json5');
const secret = 'canary$5"x';

/**
 * Answers with its name on 8080, with all that it is bound to on /ask, and with TOKEN on /token; `store` keeps lines over TCP on 7000 instead. Each
 * listens on 9090 too, where no edge leads.
 */
const program = `
import http.server, json, os, socket, sys, threading, urllib.request

name, urls = sys.argv[1], sys.argv[2:]
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

class Six(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

def ask(url):
    try:
        if url.startswith("http:"):
            return direct.open(url, timeout=5).read().decode()
        host, port = url.removeprefix("tcp://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as stream:
            stream.sendall((name + "\\\\n").encode())
            return stream.makefile().readline().strip()
    except (OSError, ValueError) as error:
        return f"{url}: {error}"

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        said = {"/": name, "/token": os.environ.get("TOKEN", "")}.get(self.path)
        body = (json.dumps([ask(url) for url in urls]) if said is None else said).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

def keep(stream):
    with stream, open("/data/lines", "a+") as lines:
        lines.write(stream.makefile().readline())
        lines.flush()
        lines.seek(0)
        stream.sendall(f"{len(lines.readlines())} lines\\\\n".encode())

threading.Thread(target=Six(("::", 9090), Handler).serve_forever, daemon=True).start()
if name == "store":
    with socket.create_server(("::", 7000), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        while True:
            keep(server.accept()[0])
Six(("::", 8080), Handler).serve_forever()
`.replaceAll('\\\\n', '\\n');

const component = (
  name: string,
  more: { readonly slots?: object; readonly config_schema?: object; readonly args?: readonly unknown[] } = {},
): string => {
  const { args = [], ...fields } = more;
  const store = name === 'store';
  return JSON.stringify({
    manifest_version: '0.4.0',
    ...fields,
    ...(store ? { resources: { data: { kind: 'storage' } } } : {}),
    program: {
      image: 'acme/parts:1',
      entrypoint: ['python3', '-u', '-c', program, name, ...args],
      ...(store ? { mounts: [{ path: '/data', from: 'resources.data' }] } : {}),
      ...('config_schema' in fields ? { env: { TOKEN: '${config.token}' } } : {}),
      network: {
        endpoints: [store ? { name: 'out', port: 7000, protocol: 'tcp' } : { name: 'out', port: 8080 }],
      },
    },
    provides: { out: { kind: 'http', ...(store ? { profile: 'kv' } : {}), endpoint: 'out' } },
    exports: { out: 'provides.out' },
  });
};
const kv = { kind: 'http', profile: 'kv' };
const token = { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] };

function lay(lone: boolean): void {
  const parts = {
    front: component('front', {
      config_schema: token,
      slots: { store: kv, peers: { kind: 'http', multiple: true } },
      args: ['${slots.store.url}', { each: 'slots.peers', argv: ['${item.url}'] }],
    }),
    near: component('near', { slots: { store: kv }, args: ['${slots.store.url}'] }),
    far: component('far'),
    store: component('store'),
    ...(lone ? { lone: component('lone') } : {}),
  };
  const root = {
    manifest_version: '0.4.0',
    config_schema: token,
    components: Object.fromEntries(
      Object.keys(parts).map((name) => [
        name,
        name === 'front' ? { manifest: './front.json5', config: { token: '${config.token}' } } : `./${name}.json5`,
      ]),
    ),
    bindings: [
      { to: '#front.store', from: '#store.out' },
      { to: '#near.store', from: '#store.out' },
      { to: '#front.peers', from: '#near.out' },
      { to: '#front.peers', from: '#far.out' },
    ],
    exports: { site: '#front.out' },
  };
  mkdirSync(join(folder, 'scenario'), { recursive: true });
  writeFileSync(scenario, JSON.stringify(root));
  for (const [name, text] of Object.entries(parts)) writeFileSync(join(folder, `scenario/${name}.json5`), text);
}

let cluster: Cluster;
let emitted: Emitted;
const kubectl = (...args: readonly string[]): string => cluster.kubectl(['-n', namespace, ...args]);
const asked = (): readonly string[] =>
  JSON.parse(answerOf(cluster, namespace, 'export-site', '/ask')) as readonly string[];
const edges = ['/front -> /far:8080', '/front -> /near:8080', '/front -> /store:7000', '/front -> names:53'].concat([
  '/near -> /store:7000',
  '/near -> names:53',
]);
const opened = (): readonly string[] => matrix(cluster, namespace, [7000]);

beforeAll(async () => {
  cluster = await startCluster();
  lay(true);
  emitted = emit(scenario, join(folder, 'out'), { secrets: { token: secret } });
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

describe('a scenario of several parts in a cluster', () => {
  it('is called enforced by its canary', () => {
    const [canary] = canaries(cluster, namespace);
    kubectl('wait', '--for=condition=complete', '--timeout=120s', `job/${canary?.metadata.name}`);
  });

  it('carries what is bound, over HTTP and over TCP, to every one of a slot', async () => {
    await until(() =>
      expect(asked()).toEqual([expect.stringMatching(/^\d+ lines$/), expect.anything(), expect.anything()]),
    );
    expect([...asked().slice(1)].sort()).toEqual(['far', 'near']);
  });

  it('hands over a secret, and shows it in no object but its own', () => {
    expect(answerOf(cluster, namespace, 'export-site', '/token')).toBe(secret);
    for (const [, text] of emitted.files) expect(text).not.toContain('canary$5');
    expect(kubectl('get', 'deployments,pods,configmaps,jobs', '-o', 'json')).not.toContain('canary$5');
  });

  it('from every place lets through what the checker computed, and nothing else', async () => {
    expect(modelled(emitted)).toEqual([...edges].sort());
    await expect.poll(opened, { timeout: 60_000 }).toEqual(modelled(emitted));
  });

  it('keeps what is stored when its pod was killed', async () => {
    const lines = (): number => Number(asked()[0]?.split(' ')[0]);
    const before = lines();
    const [store] = runningPods(cluster, namespace).filter(
      ({ metadata }) => metadata.annotations?.['headgate.dev/moniker'] === '/store',
    );
    kubectl('delete', 'pod', store?.metadata.name ?? '', '--grace-period=0', '--force');
    rolledOut(cluster, namespace);
    await until(() => expect(lines()).toBeGreaterThan(before));
  });

  it.each(['kube-router', 'kubelet'])('holds its edges when %s was killed', async (part) => {
    cluster.restart(part);
    await until(() => kubectl('get', '--raw', '/api/v1/nodes/node/proxy/healthz'));
    await expect.poll(opened, { timeout: 60_000 }).toEqual(modelled(emitted));
  });

  it('loses what is gone from the plan when that is pruned, and nothing else', async () => {
    lay(false);
    const next = emit(scenario, join(folder, 'next'), { secrets: { token: secret } });
    apply(cluster, namespace, next);
    const left = prune(cluster, namespace, next);
    expect(left).toContain('deployment.apps/lone');
    expect(left.filter((line) => !/lone|canary/.test(line))).toEqual([]);
    prune(cluster, namespace, next, '--delete');
    expect(prune(cluster, namespace, next)).toEqual([]);
    rolledOut(cluster, namespace);
    await until(() => expect(asked().slice(1)).toHaveLength(2));
    await expect.poll(opened, { timeout: 60_000 }).toEqual(modelled(next));
  });
});
