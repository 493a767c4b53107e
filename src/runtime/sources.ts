/** Whether what a plan names lies where whoever runs it said that it does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ScenarioTree, treeAt } from '../adapters/files/scenario-tree.ts';
import { sortedBy } from '../base/order.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { programFolder } from './program-folder.ts';
import type { RunSettings } from './run-options.ts';

export const treeOfRun = ({ root, sourceFolder }: Pick<RunSettings, 'root' | 'sourceFolder'>): ScenarioTree =>
  treeAt(root ?? sourceFolder);

/**
 * A plan is a file that somebody wrote, and what it names is shown to programs. A folder that is not there shows nothing, and is told as
 * missing. O(sources).
 */
export function sourcesOutside(
  plan: DeploymentPlan,
  settings: Pick<RunSettings, 'root' | 'sourceFolder'>,
): readonly Blocked[] {
  const tree = treeOfRun(settings);
  const { sourceFolder } = settings;
  const isOutside = (name: string): boolean => {
    const folder = programFolder(name, sourceFolder);
    if (folder === null) return false;
    const climbs = /^(?:\.\.(?:\/|$)|\/)/.test(name) && tree.refusal(join(sourceFolder, name)) !== undefined;
    return climbs || (existsSync(folder) && !tree.holdsFolder(folder));
  };
  return sortedBy(
    plan.sources.filter(({ name }) => isOutside(name)),
    ({ name }) => name,
  ).map(({ name }) => ({
    gate: 'source_outside',
    subject: name,
    reasons: [
      `${join(sourceFolder, name)} lies outside of ${tree.folder}, which is what this run may show its programs`,
    ],
    remedy:
      'look at what it names; if you trust the plan with it, name a folder around both: `headgate run PLAN --root DIR`',
  }));
}
