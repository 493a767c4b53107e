/** What runs, and with which rights: anything that would let a pod out of its own network, or give it more than it has, is refused. */
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { known, listOf, must, names, objectOf, textOf, textsOf } from '../read/fields.ts';

export interface Pods {
  /** Of the Deployment or Job. */
  readonly name: string;
  readonly kind: 'Deployment' | 'Job';
  readonly role: string;
  /** `/a` of a component, else its role. */
  readonly title: string;
  readonly labels: JsonObject;
  readonly chosen: JsonObject | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly workingDir: boolean;
  readonly mounts: readonly { readonly target: string; readonly volume: JsonObject }[];
}

const ofDeployment = names('replicas', 'revisionHistoryLimit', 'selector', 'strategy', 'template');
const ofJob = names('backoffLimit', 'activeDeadlineSeconds', 'template');
const ofTemplate = names('metadata', 'spec');
const ofTemplateMeta = names('labels', 'annotations');
const ofPod = names(
  'serviceAccountName',
  'automountServiceAccountToken',
  'enableServiceLinks',
  'restartPolicy',
  'securityContext',
  'initContainers',
  'containers',
  'volumes',
);
const ofContainer = names(
  'name',
  'image',
  'command',
  'workingDir',
  'env',
  'ports',
  'startupProbe',
  'readinessProbe',
  'resources',
  'securityContext',
  'volumeMounts',
);
const ofPort = names('containerPort');
const ofVolume = names('name', 'emptyDir', 'configMap', 'secret', 'persistentVolumeClaim');
const ofSecurity = names('runAsNonRoot', 'runAsUser', 'runAsGroup', 'fsGroup', 'seccompProfile');

export function readPods(kind: Pods['kind'], name: string, object: JsonObject): Pods {
  const where = `${kind} ${name}`;
  const spec = objectOf(object['spec']);
  known(where, spec, kind === 'Job' ? ofJob : ofDeployment);
  const template = objectOf(spec['template']);
  known(where, template, ofTemplate);
  const meta = objectOf(template['metadata']);
  known(where, meta, ofTemplateMeta);
  const pod = objectOf(template['spec']);
  known(where, pod, ofPod);
  must(where, 'automountServiceAccountToken', pod['automountServiceAccountToken'], false);
  if (kind === 'Job') must(where, 'restartPolicy', pod['restartPolicy'], 'Never');
  mustBeUser(where, objectOf(pod['securityContext']));
  const containers = listOf(pod['containers']);
  const [program = {}, ...others] = containers;
  if (others.length > 0) throw new SyntaxError(`${where}: there is more than one container`);
  for (const container of [...containers, ...listOf(pod['initContainers'])]) mustBeLocked(where, container);
  const volumes = new Map(listOf(pod['volumes']).map((volume) => [textOf(volume['name']), volume]));
  for (const volume of volumes.values()) known(where, volume, ofVolume);
  const annotations = objectOf(meta['annotations']);
  const role = textOf(annotations['headgate.dev/role']) || 'component';
  return {
    name,
    kind,
    role,
    title: role === 'component' ? textOf(annotations['headgate.dev/moniker']) : role,
    labels: objectOf(meta['labels']),
    chosen: kind === 'Job' ? null : objectOf(objectOf(spec['selector'])['matchLabels']),
    environment: Object.fromEntries(
      listOf(program['env']).flatMap((one) =>
        one['value'] === undefined ? [] : [[textOf(one['name']), expanded(one['value'])]],
      ),
    ),
    command: textsOf(program['command']).map(expanded),
    workingDir: program['workingDir'] !== undefined,
    mounts: listOf(program['volumeMounts']).map((mount) => ({
      target: textOf(mount['mountPath']),
      volume: volumes.get(textOf(mount['name'])) ?? {},
    })),
  };
}

/** What the kubelet makes of it when no variable is known. */
const expanded = (text: JsonValue): string => String(text).replace(/\$\$/g, '$');

function mustBeUser(where: string, security: JsonObject): void {
  known(where, security, ofSecurity);
  must(where, 'runAsNonRoot', security['runAsNonRoot'], true);
  must(where, 'seccompProfile', security['seccompProfile'], { type: 'RuntimeDefault' });
  if (typeof security['runAsUser'] !== 'number' || security['runAsUser'] < 1)
    throw new SyntaxError(`${where}: it runs as no user that is known`);
}

const locked = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

function mustBeLocked(where: string, container: JsonObject): void {
  known(where, container, ofContainer);
  must(where, 'securityContext', container['securityContext'], locked);
  for (const port of listOf(container['ports'])) known(where, port, ofPort);
}
