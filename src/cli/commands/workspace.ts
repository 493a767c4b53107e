/** Commands about what a run works on. */
import type { CommandGroup } from '../definition.ts';
import { workspaceConflicts } from './workspace/conflicts.ts';
import { workspaceDiff } from './workspace/diff.ts';
import { workspaceResolve } from './workspace/resolve.ts';

export const workspace: CommandGroup = {
  name: 'workspace',
  summary: 'see what a run did to its workspaces, and settle conflicts',
  commands: [workspaceDiff, workspaceConflicts, workspaceResolve],
};
