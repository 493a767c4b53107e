/** Files of the scenario that a probe reads. */
import { join } from 'node:path';
import { isObject, type JsonValue } from '../../base/json.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { programSource } from '../../plan/wiring/program-source.ts';
import { programFolder } from '../program-folder.ts';

export interface ProbeFile {
  /** In `sources` of the plan. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** That it had when the plan was made: `sha256:` and base64. */
  readonly digest: string;
}

/**
 * A probe names a file as `sources` does, or as its program does: by a path from the folder of the manifest of its component. Of a
 * kind that headgate does not know any text may be such a name. O(sources + texts of the probe).
 */
export function filesOfProbe(plan: DeploymentPlan, sourceFolder: string, probe: PlanProbe): readonly ProbeFile[] {
  const folder = folderOfProbe(plan, sourceFolder, probe);
  const texts = new Set(textsIn(probe as unknown as JsonValue));
  const paths = new Set(folder === null ? [] : [...texts].filter(isRelativePath).map((text) => join(folder, text)));
  return plan.sources.flatMap(({ name, digest, kind }): ProbeFile[] => {
    if ((kind !== 'probe' && kind !== 'program') || digest === null) return [];
    const path = join(sourceFolder, name);
    return (kind === 'probe' && texts.has(name)) || paths.has(path) ? [{ name, path, digest }] : [];
  });
}

function folderOfProbe(plan: DeploymentPlan, sourceFolder: string, probe: PlanProbe): string | null {
  if (!('component' in probe)) return null;
  const component = plan.components.find(({ moniker }) => moniker === probe.component);
  return component ? programFolder(programSource(component, plan), sourceFolder) : null;
}

const isRelativePath = (text: string): boolean => text.includes('/') && !text.startsWith('/') && !text.includes('\0');

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
