/** One component → what runs it: a Deployment, or a Job of what is done once. */

import type { PlanComponent } from '../../../../ir/plan-schema.ts';
import { limitsOf, usualMemoryMiB } from '../../../../plan/profiles/limits.ts';
import { profileOf } from '../../../../plan/profiles/profile-of.ts';
import type { ConfigLeaf, WiredComponent } from '../../../../plan/wiring/component.ts';
import { filesOf } from '../containers/files.ts';
import { profileParts } from '../containers/profile.ts';
import type { Tell } from '../containers/tell.ts';
import { imageOf } from '../containers/unfit.ts';
import { isPlain, leavesIn, type Read } from '../containers/values.ts';
import { shortDigest } from '../containers/with-digest.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { waitFor } from './canary.ts';
import { fileKey, fileMounts, filesMap, mostBytes, sizeOf } from './config-files.ts';
import { environmentOf, isVariableName } from './environment.ts';
import { imageLayer } from './image-layer.ts';
import { meta, ofComponent, select } from './labels.ts';
import type { Layout } from './layout.ts';
import { egressName } from './names.ts';
import { locked, podOf, readinessOf, usualResources } from './pod.ts';
import type { Page } from './smoke.ts';
import { storageMounts } from './storage.ts';
import { podText } from './values.ts';
import { words } from './words.ts';

/** Unless the settings say otherwise. */
const usualReadySeconds = 60;

export interface Workload {
  readonly isTask: boolean;
  readonly objects: { readonly workload: YamlObject; readonly map?: YamlObject; readonly budget?: YamlObject };
  readonly files: readonly (readonly [string, string])[];
  /** Of the root config, whose values it is given. */
  readonly leaves: readonly ConfigLeaf[];
}

export interface WorkloadInput {
  readonly component: WiredComponent;
  readonly read: Read;
  readonly layout: Layout;
  /** Who looks names up. */
  readonly lookUps: ReadonlySet<string>;
  readonly pages: ReadonlyMap<string, Page>;
}

/** Undefined after a fault. */
export function workloadOf(
  { component, read, layout, lookUps, pages }: WorkloadInput,
  tell: Tell,
): Workload | undefined {
  const { moniker } = component;
  const { plan } = layout;
  const of = layout.planned.get(moniker) as PlanComponent;
  const name = layout.names.get(moniker) as string;
  const settings = plan.runtime?.components?.[moniker] ?? {};
  const isTask = settings.restart === 'never';
  const mounted = filesOf(component, read, name, tell, words);
  const fault = (reason: string): undefined =>
    tell.of(moniker, (at) => words.program({ component: moniker, reason }, at)) as undefined;
  if (!mounted) return undefined;
  const strange = read.parts.env.find(([key]) => !isVariableName(key))?.[0];
  if (strange !== undefined) return fault(`\`${strange}\` is no name of a variable there`);
  const base = imageOf(of, plan);
  const image = read.parts.image;
  if (base === undefined && image && !isPlain(image))
    return fault('its image comes from config, which is not put into names of images: name it in the settings');
  const profile = profileOf(moniker, plan.runtime);
  const told = profile ? profileParts(profile, name) : undefined;
  const files = [...mounted.binds, ...(told?.files ?? [])];
  if (sizeOf(files) > mostBytes) return fault('its mounted files are larger than a ConfigMap, which holds a megabyte');
  const layer = base !== undefined && 'path' in component.program ? imageLayer(of, name, base, plan) : undefined;
  const contents = Object.fromEntries(files.map(({ content }, index) => [fileKey(index), content]));
  const annotations = ofComponent(of);
  const map = files.length === 0 ? undefined : filesMap(name, contents, annotations, layout);
  const { entries, variableOf } = environmentOf(
    read.parts,
    [...egressVariables(moniker, layout), ...Object.entries(told?.env ?? {})],
    isTask,
  );
  const limits = limitsOf(settings.limits, profile);
  const storage = storageMounts(component);
  const fromFiles = fileMounts(files, map?.name, mounted.values, isTask);
  const mounts = [...storage.mounts, ...fromFiles.mounts];
  const needsTmp = !mounts.some((one) => one['mountPath'] === '/tmp');
  const program: YamlObject = {
    name: 'program',
    image: layer?.image ?? base ?? image?.join('') ?? '',
    command: read.parts.argv.length === 0 ? undefined : read.parts.argv.map((text) => podText(text, variableOf)),
    workingDir: layer?.folder,
    env: entries.length === 0 ? undefined : entries,
    ports: component.ports.length === 0 ? undefined : component.ports.map((port) => ({ containerPort: port })),
    ...readinessOf(plan, component.ports, settings.readySeconds ?? usualReadySeconds, pages.get(moniker)),
    resources: usualResources(plan, limits.memoryMiB ?? usualMemoryMiB, limits.diskBytes),
    securityContext: locked,
    volumeMounts: needsTmp ? [{ name: 'tmp', mountPath: '/tmp' }, ...mounts] : mounts,
  };
  const template = podOf({
    name,
    lookUps: lookUps.has(moniker),
    annotations,
    containers: [program],
    initContainers: isTask ? waitFor(component, layout) : [],
    volumes: [...(needsTmp ? [{ name: 'tmp', emptyDir: {} }] : []), ...storage.volumes, ...fromFiles.volumes],
    ...(isTask ? { restartPolicy: 'Never' as const } : {}),
  });
  const lasts = component.storage.some(({ ephemeral }) => !ephemeral);
  const replicas = settings.replicas ?? 1;
  const workload = isTask
    ? jobOf(name, template, annotations, limits.wallSeconds, layout)
    : {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: meta(name, plan, annotations),
        spec: {
          replicas,
          revisionHistoryLimit: 3,
          selector: { matchLabels: select(name) },
          // Two pods cannot have one claim at a time on two nodes.
          ...(lasts ? { strategy: { type: 'Recreate' } } : {}),
          template,
        },
      };
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta(name, plan, annotations),
    spec: { maxUnavailable: 1, selector: { matchLabels: select(name) } },
  };
  return {
    isTask,
    objects: { workload, ...(map ? { map: map.object } : {}), ...(replicas > 1 ? { budget } : {}) },
    files: layer ? [layer.file] : [],
    leaves: [
      ...leavesIn([...read.parts.argv, ...read.parts.env.map(([, text]) => text)]),
      ...mounted.values.map(({ leaf }) => leaf),
    ],
  };
}

/** What is done is not done again: a Job cannot be changed, so another one has another name. */
function jobOf(
  name: string,
  template: YamlObject,
  annotations: YamlObject,
  wallSeconds: number | undefined,
  { plan }: Layout,
): YamlObject {
  const spec = { backoffLimit: 0, activeDeadlineSeconds: wallSeconds, template };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta(`${name}-${shortDigest(JSON.stringify(spec))}`, plan, annotations),
    spec,
  };
}

/** The names that most programs look at; those that the program sets itself count. */
function egressVariables(moniker: string, { egress, ways, direct }: Layout): readonly (readonly [string, string])[] {
  const out = egress.get(moniker);
  if (!out) return [];
  const url = `http://${egressName}:${out.port}`;
  const near = [
    ...ways.flatMap(({ consumer, name }) => (consumer?.moniker === moniker ? [name] : [])),
    ...(direct.get(moniker) ?? []).map((grant) => grant.replace(/:[^:]*$/, '').replace(/^\[|\]$/g, '')),
  ];
  const none = ['localhost', '127.0.0.1', '::1', ...new Set(near)].join(',');
  return [
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((key) => [key, url] as const),
    ...['NO_PROXY', 'no_proxy'].map((key) => [key, none] as const),
  ];
}
