/**
 * The folder of a `path` program's manifest is mounted as it is, read-only. It is no layer of an image: an emitter sees a plan, which has no
 * bytes of the folder in it, and what was built once would go on running after an edit that a new plan tells of.
 */

import { shownFolder } from '../containers/shown-folder.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { escaped } from './values.ts';

export const sourceVariable = 'HEADGATE_SOURCE';
const target = '/srv/headgate';

/** Undefined for a program without a manifest of this machine: it is named by an absolute path or found in PATH. */
export function sourceMount(
  manifest: string | null,
): { readonly mount: YamlObject; readonly folder: string } | undefined {
  const found = shownFolder(manifest);
  if (found === undefined) return undefined;
  const { shown, inside } = found;
  const source = `\${${sourceVariable}:?is the folder of the root manifest: set it in .env}${shown === '' ? '' : `/${escaped(shown)}`}`;
  return { mount: { type: 'bind', source, target, read_only: true }, folder: `${target}${escaped(inside)}` };
}
