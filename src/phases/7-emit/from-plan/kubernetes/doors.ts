/** What lets out: a Squid for names that were granted, and an HAProxy that passes bytes on to what stands behind the slots of the root. */
import { oneLine } from '../../../../base/one-line.ts';
import { egressFile } from '../containers/squid.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { filesMap } from './config-files.ts';
import { meta, select } from './labels.ts';
import type { Layout } from './layout.ts';
import { configName, egressName, outsideName } from './names.ts';
import { locked, podOf, readinessOf, resourcesOf } from './pod.ts';

export const egressImage = 'ubuntu/squid:5.2-22.04_beta';
export const outsideImage = 'haproxy:2.8';
/** `proxy` in Debian and Ubuntu. */
const squidUser = 13;

export interface Door {
  readonly deployment: YamlObject;
  readonly map: YamlObject;
}

interface DoorInput {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly file: readonly [name: string, folder: string, content: string];
  readonly ports: readonly number[];
  readonly env: readonly YamlObject[];
  readonly user?: number;
}

function doorOf(
  layout: Layout,
  { name, image, command, file: [fileName, folder, content], ports, env, ...more }: DoorInput,
): Door {
  const roles = { 'headgate.dev/role': name };
  const map = filesMap(name, { [fileName]: content }, roles, layout);
  const container = {
    name,
    image,
    command,
    env: env.length === 0 ? undefined : env,
    ports: ports.map((port) => ({ containerPort: port })),
    ...readinessOf(layout.plan, ports, 60),
    resources: resourcesOf(256),
    securityContext: locked,
    volumeMounts: [
      { name: 'config', mountPath: folder, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
  const template = podOf({
    name,
    lookUps: true,
    annotations: roles,
    containers: [container],
    volumes: [
      { name: 'config', configMap: { name: map.name, defaultMode: 0o444 } },
      { name: 'tmp', emptyDir: {} },
    ],
    ...more,
  });
  return {
    map: map.object,
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(name, layout.plan, roles),
      spec: { replicas: 1, revisionHistoryLimit: 3, selector: { matchLabels: select(name) }, template },
    },
  };
}

export function doorsOf(layout: Layout): readonly Door[] {
  const { egress, ways } = layout;
  const outside = ways.filter(({ external }) => external !== null);
  return [
    ...(egress.size === 0
      ? []
      : [
          doorOf(layout, {
            name: egressName,
            image: egressImage,
            command: ['squid', '-N', '-f', '/etc/headgate/squid.conf'],
            file: ['squid.conf', '/etc/headgate', egressFile(egress)],
            ports: [...egress.values()].map(({ port }) => port),
            env: [],
            user: squidUser,
          }),
        ]),
    ...(outside.length === 0
      ? []
      : [
          doorOf(layout, {
            name: outsideName,
            image: outsideImage,
            command: ['haproxy', '-W', '-db', '-f', '/etc/headgate/haproxy.cfg'],
            file: ['haproxy.cfg', '/etc/headgate', outsideFile(layout)],
            ports: outside.map(({ port }) => port),
            env: [...new Set(outside.map(({ external }) => external?.variable ?? ''))].sort().map((name) => ({
              name,
              valueFrom: { configMapKeyRef: { name: configName(false), key: name } },
            })),
          }),
        ]),
  ];
}

const head = `# Written by headgate, and read back by it: every listener is one edge of the plan, and there is no other.
global
  log stdout format raw local0 notice

defaults
  mode tcp
  log global
  timeout connect 1s
  retries 10
  # Between two components nothing has a deadline.
  timeout client 24d
  timeout server 24d
`;

function outsideFile({ ways }: Layout): string {
  const listeners = ways.flatMap(({ external, key, name, port }) =>
    external === null
      ? []
      : [
          `listen ${name}`,
          `  description ${inQuotes(key)}`,
          `  bind ":${port}"`,
          // Its name may be known later, or never.
          `  server to "\${${external.variable}}" init-addr last,libc,none`,
          '',
        ],
  );
  return [head, ...listeners].join('\n');
}

/** Nothing is put in the place of anything between these. */
const inQuotes = (text: string): string => `'${oneLine(text, 500).replaceAll("'", "'\\''")}'`;
