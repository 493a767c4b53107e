/** What was written for Kubernetes, read back as far as whoever deploys it needs to know it. */
import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import { readYaml } from '../../../plan/targets/read/yaml.ts';

export type Files = ReadonlyMap<string, string>;

/** By it, what is of a run is found again. */
export const runLabel = 'headgate.dev/run';
export const managedLabel = 'app.kubernetes.io/managed-by=headgate';

export const objectAt = (of: JsonObject, ...path: readonly string[]): JsonObject => {
  let value: JsonValue | undefined = of;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return isObject(value) ? value : {};
};
export const textAt = (of: JsonObject, key: string): string => {
  const value = of[key];
  return typeof value === 'string' ? value : '';
};
export const listAt = (of: JsonObject, key: string): readonly JsonObject[] => {
  const value = of[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
};
export const annotation = (of: JsonObject, name: string): string | undefined => {
  const value = objectAt(of, 'metadata', 'annotations')[`headgate.dev/${name}`];
  return typeof value === 'string' ? value : undefined;
};
export const nameOf = (of: JsonObject): string => textAt(objectAt(of, 'metadata'), 'name');

const documentsOf = (files: Files, name: string): readonly JsonObject[] =>
  (files.get(name) ?? '')
    .split(/^---\n/m)
    .filter((text) => /^\w/m.test(text))
    .map((text) => readYaml(text));

/** Names of Jobs of tasks, by moniker. */
export const taskJobs = (files: Files): ReadonlyMap<string, string> =>
  new Map(
    documentsOf(files, 'jobs.yaml').flatMap((job) => {
      const moniker = annotation(job, 'moniker');
      return moniker === undefined ? [] : [[moniker, nameOf(job)] as const];
    }),
  );

export interface ExportService {
  readonly name: string;
  readonly service: string;
  readonly port: number;
}

export const exportServices = (files: Files): readonly ExportService[] =>
  documentsOf(files, 'services.yaml').flatMap((service): readonly ExportService[] => {
    const [, name] = /^exports\.(.*)$/.exec(annotation(service, 'way') ?? '') ?? [];
    const [port] = listAt(objectAt(service, 'spec'), 'ports');
    return name === undefined ? [] : [{ name, service: nameOf(service), port: Number(port?.['port']) }];
  });

/** Names of network policies that were written and are not in the cluster as they were written. */
export function policiesLost(files: Files, there: readonly JsonObject[]): readonly string[] {
  const specs = new Map(there.map((one) => [nameOf(one), one['spec']]));
  return documentsOf(files, 'networkpolicies.yaml').flatMap((one) => {
    const name = nameOf(one);
    return isDeepStrictEqual(specs.get(name), one['spec']) ? [] : [name];
  });
}

/** Paths of the root config that are files of secrets. */
export const secretPaths = (files: Files): readonly string[] => [
  ...new Set(
    [...(files.get('kustomization.yaml') ?? '').matchAll(/"value=secrets\/(.*)"$/gm)].map(([, path]) => path as string),
  ),
];

/** On top of what was written: the label of the run, without the Jobs that have been done. */
export function overlay(runId: string, doneJobs: readonly string[]): string {
  const patch = (name: string): string =>
    [
      '  - target: { kind: Job, name: "',
      name,
      '" }\n',
      '    patch: |-\n      apiVersion: batch/v1\n      kind: Job\n      metadata:\n        name: ',
      name,
      '\n      $patch: delete\n',
    ].join('');
  return [
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - plan\n',
    `labels:\n  - pairs:\n      ${runLabel}: "${runId}"\n`,
    ...(doneJobs.length === 0 ? [] : ['patches:\n', ...doneJobs.map(patch)]),
  ].join('');
}
