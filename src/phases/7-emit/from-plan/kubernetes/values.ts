/** Values of the root config as a pod finds them: each is a key of a ConfigMap, or the one of a Secret, and is put into texts by the kubelet. */
import type { ConfigLeaf } from '../../../../plan/wiring/component.ts';
import { leavesIn, type Text } from '../containers/values.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { configName, secretName } from './names.ts';

/** The kubelet takes `$(NAME)` for a variable, and `$$` for a dollar. */
export const escaped = (text: string): string => text.replaceAll('$', '$$$$');

export const podText = (text: Text, variableOf: (leaf: ConfigLeaf) => string): string =>
  text
    .map((part) =>
      typeof part === 'string' ? escaped(part) : 'leaf' in part ? `$(${variableOf(part.leaf)})` : escaped(part.address),
    )
    .join('');

/** The key of the one value of a Secret. */
export const secretKey = 'value';

export const valueFrom = (leaf: ConfigLeaf, isTask: boolean): YamlObject =>
  leaf.secret
    ? { secretKeyRef: { name: secretName(leaf.path, isTask), key: secretKey } }
    : { configMapKeyRef: { name: configName(isTask), key: leaf.env } };

/** Undefined for a text that is anything but one value. */
export const onlyLeaf = (text: Text): ConfigLeaf | undefined => (text.length === 1 ? leavesIn([text])[0] : undefined);
