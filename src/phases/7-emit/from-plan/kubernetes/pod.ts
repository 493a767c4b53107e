/** What every pod has, whatever runs in it: it fits the restricted Pod Security Standard. */

import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { inCommon, inCommonOf, type Yaml, type YamlObject } from '../containers/yaml.ts';
import { podLabels } from './labels.ts';
import { accountName } from './service-account.ts';
import type { Page } from './smoke.ts';

/** Whoever an image names, programs run as this user: root is refused, and its root is read-only anyway. */
export const user = 65_532;

export interface PodInput {
  readonly name: string;
  /** Whether it may ask the name server. */
  readonly lookUps: boolean;
  readonly annotations: YamlObject;
  readonly labels?: YamlObject;
  readonly containers: readonly YamlObject[];
  readonly initContainers?: readonly YamlObject[];
  readonly volumes?: readonly Yaml[];
  readonly restartPolicy?: 'Never';
  readonly user?: number;
}

export const podOf = ({ name, lookUps, annotations, labels = {}, ...input }: PodInput): YamlObject => ({
  metadata: { labels: { ...podLabels(name, lookUps), ...labels }, annotations },
  spec: {
    serviceAccountName: accountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: input.restartPolicy,
    securityContext: input.user === undefined ? asUser : runningAs(input.user),
    initContainers: input.initContainers?.length ? input.initContainers : undefined,
    containers: input.containers,
    volumes: input.volumes?.length ? input.volumes : undefined,
  },
});

const runningAs = (id: number): YamlObject => ({
  runAsNonRoot: true,
  runAsUser: id,
  runAsGroup: id,
  fsGroup: id,
  seccompProfile: { type: 'RuntimeDefault' },
});
const asUser = inCommon(runningAs(user));

export const locked: YamlObject = inCommon({
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
});

/** Little is asked for and much is allowed, so that a small cluster takes a large scenario. */
export function resourcesOf(memoryMiB: number, diskBytes?: number): YamlObject {
  return {
    requests: { cpu: '10m', memory: `${Math.min(64, memoryMiB)}Mi` },
    limits: {
      memory: `${memoryMiB}Mi`,
      ...(diskBytes === undefined ? {} : { 'ephemeral-storage': String(diskBytes) }),
    },
  };
}

/** For many who have the same. */
export const usualResources = inCommonOf(resourcesOf);

/** Ready is who accepts a connection, or has the page; who does not for as long as it may take is started again. */
export function readinessOf(
  plan: DeploymentPlan,
  ports: readonly number[],
  readySeconds: number,
  page?: Page,
): YamlObject {
  const [first] = ports;
  if (first === undefined) return {};
  return {
    startupProbe: startupOf(plan, ports.at(-1) as number, readySeconds),
    readinessProbe: page ? { httpGet: { ...page }, periodSeconds: 5 } : acceptsAt(plan, first),
  };
}

const startupOf = inCommonOf((port: number, readySeconds: number) => ({
  tcpSocket: { port },
  periodSeconds: 2,
  failureThreshold: Math.ceil(readySeconds / 2),
}));
const acceptsAt = inCommonOf((port: number) => ({ tcpSocket: { port }, periodSeconds: 5 }));
