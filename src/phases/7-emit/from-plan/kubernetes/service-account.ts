/** One account for all pods, which stands for nothing: no pod is given its token, and no role names it. */
import type { YamlObject } from '../containers/yaml.ts';
import { meta } from './labels.ts';
import type { Layout } from './layout.ts';

export const accountName = 'headgate';

export const accountOf = ({ plan }: Layout): YamlObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: meta(accountName, plan),
  automountServiceAccountToken: false,
});
