/** The copies of a run, and whether they can be had at all: known from the plan, before anything begins. */
import { resolve } from 'node:path';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import {
  type CopyOf,
  copiesOf,
  differencesOf,
  usualEnvironment,
  type WorkspacePlan,
} from '../../plan/workspaces/copies.ts';
import { type Needing, type NeverFinalized, neverFinalized } from '../../plan/workspaces/needs.ts';
import type { RunCopy } from './run-copies.ts';

/** Of settings in one message. */
const mostNamed = 5;

export const runCopies = (plan: DeploymentPlan, sourceFolder: string): readonly RunCopy[] =>
  copiesOf(plan).map((copy) => ({ ...copy, source: resolve(sourceFolder, copy.declared.source) }));

export const checkWorkspaces = (copies: readonly CopyOf[], components: readonly Needing[]): readonly Blocked[] => [
  ...copies.flatMap((copy) => (copy.realized.environmentId === usualEnvironment ? [] : [elsewhere(copy)])),
  ...neverFinalized(copies, components).map(cycle),
];

const elsewhere = ({ id, realized }: CopyOf): Blocked => ({
  gate: 'workspace_unsupported',
  subject: id,
  reasons: [`the environment \`${realized.environmentId}\` keeps no copies of workspaces`],
  remedy: `work on it in \`${usualEnvironment}\``,
});

const cycle = ({ id, moniker, why }: NeverFinalized): Blocked => ({
  gate: 'workspace_cycle',
  subject: moniker,
  reasons: [
    why.kind === 'itself'
      ? `it needs what is done in workspace \`${id}\`, which is taken over when all who work in it have ended, and it works in it itself`
      : `it needs what is done in workspace \`${id}\`, which is taken over when the service ${why.service} has stopped, and that goes on`,
  ],
  remedy: 'give one of them a workspace of its own, for instance with `mode: isolated`',
});

/** One for each copy that was there already in another form. */
export const mismatchWarnings = (plan: WorkspacePlan, copies: readonly CopyOf[]): readonly Blocked[] =>
  copies.flatMap(({ id, workspace, declared, users, realized: { conflict } }) =>
    conflict === null
      ? []
      : [
          {
            gate: conflict.reason,
            subject: id,
            reasons: [
              `workspace \`${workspace}\` is shared, and ${users.join(', ')} ${users.length === 1 ? 'is' : 'are'} configured otherwise than who has it already ` +
                `(environment \`${conflict.intendedEnvironmentId}\` by ${conflict.intendedSource}, there \`${conflict.workspaceEnvironmentId}\`; ${differingText(plan, declared, copies.find((one) => one.id === workspace)?.users[0], users[0])}): a copy of its own is made`,
            ],
            remedy: 'give those who are to share it the same environment, profile and sandbox',
          },
        ],
  );

/** Which settings they are, so that nobody has to compare two profiles line by line. */
function differingText(plan: WorkspacePlan, declared: PlanWorkspace, there = '', here = ''): string {
  const names = differencesOf(plan, declared, there, here);
  const shown = names.slice(0, mostNamed).map((name) => `\`${name}\``);
  return `what differs: ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}
