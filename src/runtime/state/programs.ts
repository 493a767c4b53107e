/** Whether the programs that a plan names by relative paths are still those that it was made of. */
import { join } from 'node:path';
import { digestOfFileSync } from '../../adapters/files/digest-of-file.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import { programSource } from '../../plan/wiring/program-source.ts';
import { programFolder } from '../program-folder.ts';

export interface PlannedProgram {
  /** In `sources` of the plan. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly digest: string;
}

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
 * Those that components start, by moniker; programs of policies have done their work. Nothing is known of a file that was not there
 * when the plan was made. O(components + sources).
 */
export function plannedPrograms(plan: DeploymentPlan, sourceFolder: string): ReadonlyMap<string, PlannedProgram> {
  const known = new Map<string, PlannedProgram>();
  for (const { kind, name, digest } of plan.sources) {
    const path = join(sourceFolder, name);
    if (kind === 'program' && digest !== null) known.set(path, { name, path, digest });
  }
  return new Map(
    plan.components.flatMap((component) => {
      const planned = known.get(programPath(component, plan, sourceFolder) ?? '');
      return planned ? [[component.moniker, planned] as const] : [];
    }),
  );
}

/** Each once, by name. O(components + sources + bytes). */
export function changedPrograms(plan: DeploymentPlan, sourceFolder: string): readonly ChangedProgram[] {
  const users = new Map<PlannedProgram, string[]>();
  for (const [moniker, planned] of plannedPrograms(plan, sourceFolder))
    users.set(planned, [...(users.get(planned) ?? []), moniker]);
  return sortedBy([...users], ([{ name }]) => name).flatMap(([{ name, path, digest }, starts]) => {
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
