/** Whether the programs that a plan names by relative paths are still those that it was made of. */
import { join } from 'node:path';
import { digestOfFileSync } from '../../adapters/files/digest-of-file.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import { programSource } from '../../plan/wiring/program-source.ts';
import { programFolder } from '../program-folder.ts';

export interface ChangedProgram {
  /** In `sources` of the plan. */
  readonly name: string;
  readonly path: string;
  /** Monikers of those that start it. */
  readonly users: readonly string[];
  /** It cannot be read any more. */
  readonly isGone: boolean;
}

/**
 * Those that a component starts; programs of policies have done their work. Nothing is known of a file that was not there when the
 * plan was made. O(components + bytes).
 */
export function changedPrograms(plan: DeploymentPlan, sourceFolder: string): readonly ChangedProgram[] {
  const users = new Map<string, string[]>();
  for (const component of plan.components) {
    const path = programPath(component, plan, sourceFolder);
    if (path !== undefined) users.set(path, [...(users.get(path) ?? []), component.moniker]);
  }
  return plan.sources.flatMap(({ kind, name, digest }) => {
    const path = join(sourceFolder, name);
    const starts = users.get(path);
    if (kind !== 'program' || digest === null || !starts) return [];
    const now = digestOfFileSync(path);
    return now === digest ? [] : [{ name, path, users: starts, isGone: now === undefined }];
  });
}

/** Absolute. */
function programPath(component: PlanComponent, plan: DeploymentPlan, sourceFolder: string): string | undefined {
  const { program } = component;
  const path = isObject(program as JsonValue) ? (program as JsonObject)['path'] : undefined;
  if (typeof path !== 'string' || !path.includes('/') || path.startsWith('/')) return undefined;
  const folder = programFolder(programSource(component, plan), sourceFolder);
  return folder === null ? undefined : join(folder, path);
}
