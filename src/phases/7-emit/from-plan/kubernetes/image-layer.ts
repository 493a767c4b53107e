/**
 * The folder of a `path` program's manifest becomes a layer of an image. A node has no folder of yours; a ConfigMap holds a megabyte in one flat
 * folder, and its content would have to be known here, where nothing but the plan is. The tag changes with everything that the plan knows of it.
 */
import type { DeploymentPlan, PlanComponent } from '../../../../ir/plan-schema.ts';
import { programSource } from '../../../../plan/wiring/program-source.ts';
import { shownFolder } from '../containers/shown-folder.ts';
import { shortDigest } from '../containers/with-digest.ts';

const target = '/srv/headgate';

export interface ImageLayer {
  readonly image: string;
  readonly folder: string;
  readonly file: readonly [string, string];
}

/** Undefined for a program without a manifest of this machine: it is named by an absolute path or found in PATH. */
export function imageLayer(
  component: PlanComponent,
  name: string,
  base: string,
  plan: DeploymentPlan,
): ImageLayer | undefined {
  const found = shownFolder(programSource(component, plan));
  if (found === undefined) return undefined;
  const folder = found.shown === '' ? '.' : found.shown;
  const at = `${target}${found.inside}`;
  // Field by field: a plan that was read has them in another order than one that was just made.
  const programs = plan.sources
    .filter(({ kind, name: file }) => kind === 'program' && (folder === '.' || file.startsWith(`${folder}/`)))
    .map(({ name: file, digest, kind }) => ({ name: file, digest, kind }));
  const tag = shortDigest(JSON.stringify([base, component.digest, programs]));
  const text = [
    `# Written by headgate. In the folder of the root manifest: docker build -f images/${name}/Dockerfile -t headgate/${name}:${tag} <folder>`,
    `# The folder is ${JSON.stringify(folder)}.`,
    `FROM ${base}`,
    `COPY . ${target}/`,
    // `$` would begin a variable there.
    `WORKDIR ${at.replaceAll(/[$\\]/g, '\\$&')}`,
    '',
  ].join('\n');
  return { image: `headgate/${name}:${tag}`, folder: at, file: [`images/${name}/Dockerfile`, text] };
}
