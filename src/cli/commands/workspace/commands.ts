/** The commands of `workspace`, which are loaded when one of them is typed. */
import type { CommandDefinition } from '../../definition.ts';
import { workspaceConflicts } from './conflicts.ts';
import { workspaceDiff } from './diff.ts';
import { workspaceResolve } from './resolve.ts';

export const workspaceCommands: readonly CommandDefinition[] = [workspaceDiff, workspaceConflicts, workspaceResolve];
