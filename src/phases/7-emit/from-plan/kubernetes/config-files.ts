/** Files of a pod: what is known is in a ConfigMap that is called after its content, a value of the root config in one that is made with it. */

import type { MountedFile, MountedFiles } from '../containers/files.ts';
import { shortDigest } from '../containers/with-digest.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { meta } from './labels.ts';
import type { Layout } from './layout.ts';
import { configName, secretName } from './names.ts';
import type { Mounts } from './storage.ts';
import { secretKey } from './values.ts';

/** For whoever is in the group of the pod. */
const mode = 0o440;
/** What Kubernetes takes, with something left for the rest of the object. */
export const mostBytes = 1_000_000;

export const sizeOf = (files: readonly MountedFile[]): number =>
  files.reduce((sum, { content }) => sum + new TextEncoder().encode(content).length, 0);

/** Its name is that of its content, so that another content is another pod. */
export function filesMap(
  name: string,
  contents: Readonly<Record<string, string>>,
  annotations: YamlObject,
  { plan }: Layout,
): { readonly name: string; readonly object: YamlObject } {
  const called = `${name}-files-${shortDigest(JSON.stringify(contents))}`;
  const metadata = meta(called, plan, annotations);
  return { name: called, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: contents } };
}

export const fileKey = (index: number): string => `file-${index}`;

export function fileMounts(
  files: readonly MountedFile[],
  mapName: string | undefined,
  values: MountedFiles['values'],
  isTask: boolean,
): Mounts {
  const known = mapName === undefined ? [] : [{ name: 'files', configMap: { name: mapName, defaultMode: mode } }];
  return {
    volumes: [
      ...known,
      ...values.map(({ leaf }, index) => ({
        name: `value-${index}`,
        ...(leaf.secret
          ? { secret: { secretName: secretName(leaf.path, isTask), defaultMode: mode } }
          : { configMap: { name: configName(isTask), defaultMode: mode } }),
      })),
    ],
    mounts: [
      ...files.map(({ target }, index) => fileAt('files', target, fileKey(index))),
      ...values.map(({ leaf, target }, index) => fileAt(`value-${index}`, target, leaf.secret ? secretKey : leaf.env)),
    ],
  };
}

const fileAt = (volume: string, target: string, key: string): YamlObject => ({
  name: volume,
  mountPath: target,
  subPath: key,
  readOnly: true,
});
