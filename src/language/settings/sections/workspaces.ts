import { named, nameIn } from '../declared.ts';
import { glob } from '../globs.ts';
import type { Section } from '../section.ts';
import { choice, list, path, record } from '../shape.ts';

const workspace = record(
  'files that a component works on',
  { source: path('a folder'), kind: choice('what the folder is', ['dir', 'git_worktree'] as const) },
  {
    mode: choice('`isolated` unless given', ['isolated', 'shared'] as const),
    exclude: list('what is left out', glob('a glob, seen from the source')),
    conflictPolicy: choice('whose change counts; `keep_local` unless given', [
      'keep_local',
      'remote_wins',
      'local_wins',
    ] as const),
    environment: nameIn('environments', 'where it is worked on; `local` unless given'),
  },
);

/** By name. */
export type WorkspacesSettings = Readonly<Record<string, NonNullable<ReturnType<typeof workspace.read>>>>;

export const workspacesSection: Section<WorkspacesSettings> = named(
  'workspaces',
  'files that components work on, by name',
  workspace,
);
