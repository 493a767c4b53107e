/** What the command line writes for Kubernetes, in a cluster: compiled, given its images and its inputs, applied. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { kubernetesReach } from '../../../src/plan/targets/kubernetes/check.ts';
import { namespaceOf } from './apart.ts';
import { type Cluster, ran } from './cluster.ts';
import type { Images } from './images.ts';
import { type Place, placesOf, tried } from './matrix.ts';
import { listed, type Pod } from './objects.ts';
import { listenIn } from './probe.ts';

export interface Emitted {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
}

function filesBelow(folder: string, at = folder): readonly string[] {
  return readdirSync(at).flatMap((name) => {
    const path = join(at, name);
    return statSync(path).isDirectory() ? filesBelow(folder, path) : [relative(folder, path)];
  });
}

/** `config` and `secrets` are what whoever deploys it gives. */
export function emit(
  scenario: string,
  folder: string,
  inputs: { readonly config?: readonly string[]; readonly secrets?: Readonly<Record<string, string>> } = {},
): Emitted {
  ran('node', ['dist/cli.cjs', 'compile', scenario, '--emit', `kubernetes=${folder}`]);
  const files = new Map(filesBelow(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  giveInputs(folder, inputs);
  return { folder, files };
}

export function giveInputs(
  folder: string,
  {
    config = [],
    secrets = {},
  }: { readonly config?: readonly string[]; readonly secrets?: Readonly<Record<string, string>> },
): void {
  const example = join(folder, 'config.env.example');
  if (existsSync(example)) {
    const given = config.map((line) => line.slice(0, line.indexOf('=') + 1));
    const defaults = readFileSync(example, 'utf8').split('\n');
    const kept = defaults.filter((line) => !given.some((name) => line.replace(/^#/, '').startsWith(name)));
    writeFileSync(join(folder, 'config.env'), `${[...kept, ...config].join('\n')}\n`);
  }
  for (const [path, value] of Object.entries(secrets)) {
    mkdirSync(dirname(join(folder, 'secrets', path)), { recursive: true });
    writeFileSync(join(folder, 'secrets', path), value);
  }
}

/** Every image that is named, made of what is on this machine; with the folder on top that its Dockerfile copies. Others are made by the caller. */
export function makeImages(
  { files }: Emitted,
  images: Images,
  scenario: string,
  isOurs: (name: string) => boolean = () => true,
): void {
  const layers = new Map(
    [...files].flatMap(([path, text]) => {
      if (!path.endsWith('/Dockerfile')) return [];
      const [, name = ''] = / -t (\S+) /.exec(text) ?? [];
      const [, folder = ''] = /^# The folder is (".*")\.$/m.exec(text) ?? [];
      const [, at = ''] = /^COPY \. (\S+)$/m.exec(text) ?? [];
      return [[name, { folder: join(dirname(scenario), JSON.parse(folder) as string), at }] as const];
    }),
  );
  const all = [...files].flatMap(([path, text]) =>
    path.endsWith('.yaml') ? [...text.matchAll(/^ +(?:- )?image: "([^"]+)"$/gm)].map(([, name = '']) => name) : [],
  );
  for (const name of new Set(all)) if (isOurs(name)) images.make(name, layers.get(name));
}

export function createNamespace({ kubectl }: Cluster, namespace: string): void {
  kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(namespaceOf(namespace)));
}

export function apply({ kubectl }: Cluster, namespace: string, { folder }: Emitted): void {
  kubectl(['apply', '--server-side', '-n', namespace, '-k', folder]);
}

export function rolledOut({ kubectl }: Cluster, namespace: string): void {
  const names = kubectl(['get', 'deployments', '-n', namespace, '-o', 'name']).trim().split('\n');
  for (const name of names) kubectl(['rollout', 'status', '-n', namespace, name, '--timeout=180s']);
}

interface Job {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly status: { readonly succeeded?: number; readonly failed?: number };
}

export const canaries = (cluster: Cluster, namespace: string): readonly Job[] =>
  listed<Job>(cluster, namespace, 'jobs').filter(
    ({ metadata }) => metadata.annotations?.['headgate.dev/role'] === 'canary',
  );

/** Pods of components by moniker, and the canary's server; one that is not ready counts, and one that is on its way out does not. */
const nameOf = ({ metadata: { annotations = {} } }: Pod): string | undefined =>
  annotations['headgate.dev/moniker'] ?? annotations['headgate.dev/role'];

export const places = (cluster: Cluster, namespace: string): readonly Place[] => placesOf(cluster, namespace, nameOf);

/** A port that nobody declared is opened in every pod; some programs have one already. */
export const unboundPort = 9090;
export function openUnbound(cluster: Cluster, namespace: string): void {
  for (const place of places(cluster, namespace)) listenIn(cluster, { namespace, ...place }, unboundPort);
}

export const matrix = (cluster: Cluster, namespace: string, ports: readonly number[]): readonly string[] =>
  tried(cluster, namespace, places(cluster, namespace), [...ports, 8080, 8081, unboundPort]);

/** What the model checker computes from the files, in the words of what was tried: the canary's client is long gone. */
export const modelled = ({ files }: Emitted): readonly string[] =>
  kubernetesReach(files)
    .filter((line) => !line.startsWith('canary -> ') && !line.endsWith(': UDP 53'))
    .map((line) => line.replace(/pods k8s-app=kube-dns of .*: 53$/, 'names:53'))
    .sort();

/** `prune.sh` as a user calls it. */
export function prune(
  { bin }: Cluster,
  namespace: string,
  { folder }: Emitted,
  ...flags: readonly string[]
): readonly string[] {
  const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'prune.sh'), ...flags, '-n', namespace], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  });
  if (status !== 0) throw new Error(`prune.sh: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

/** What an export answers, by the cluster's own way to Services. */
export const answerOf = ({ kubectl }: Cluster, namespace: string, service: string, path: string): string => {
  const [only] = listed<{ metadata: { name: string }; spec: { ports: { port: number }[] } }>(
    { kubectl } as Cluster,
    namespace,
    'services',
  ).filter(({ metadata }) => metadata.name === service);
  return kubectl([
    'get',
    '--raw',
    `/api/v1/namespaces/${namespace}/services/${service}:${only?.spec.ports[0]?.port}/proxy${path}`,
  ]);
};
