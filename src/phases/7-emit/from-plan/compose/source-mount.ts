/**
 * The folder of a `path` program's manifest is mounted as it is, read-only. It is no layer of an image: an emitter sees a plan, which has no
 * bytes of the folder in it, and what was built once would go on running after an edit that a new plan tells of.
 */

import type { YamlObject } from '../containers/yaml.ts';
import { escaped } from './values.ts';

export const sourceVariable = 'HEADGATE_SOURCE';
const target = '/srv/headgate';

/** Undefined for a program without a manifest of this machine: it is named by an absolute path or found in PATH. */
export function sourceMount(
  manifest: string | null,
): { readonly mount: YamlObject; readonly folder: string } | undefined {
  if (manifest === null || /^[a-z][a-z0-9+.-]*:/i.test(manifest)) return undefined;
  const own = manifest.slice(0, Math.max(0, manifest.lastIndexOf('/')));
  const shown = packageOf(manifest) ?? own;
  const source = `\${${sourceVariable}:?is the folder of the root manifest: set it in .env}${shown === '' ? '' : `/${escaped(shown)}`}`;
  const folder = own.length > shown.length ? `${target}${escaped(own.slice(shown.length))}` : target;
  return { mount: { type: 'bind', source, target, read_only: true }, folder };
}

/** A package that is installed is one thing: its programs take files from all over it, as those of ready-made policies do. */
const packageOf = (manifest: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(manifest)?.[0];
