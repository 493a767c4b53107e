/** Workspaces in `runtime` of the plan: what components work on, and how their changes come back. */
import { type Static, Type } from '@sinclair/typebox';

const oneOf = <const T extends readonly string[]>(choices: T, description: string) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      choices.map((choice) => Type.Literal(choice)),
      { description },
    ),
  );

export const workspaceKinds = ['dir', 'git_worktree'] as const;
export const workspaceModes = ['isolated', 'shared'] as const;
export const conflictPolicies = ['keep_local', 'remote_wins', 'local_wins'] as const;

export const PlanWorkspace = Type.Object(
  {
    source: Type.String({ description: 'a folder, seen from the folder of the root manifest' }),
    kind: oneOf(workspaceKinds, 'a folder, or the working tree of a git repository'),
    mode: oneOf(workspaceModes, 'a copy for each component, or one for all that are configured alike'),
    exclude: Type.Optional(
      Type.Array(Type.String({ description: 'a glob, seen from the source' }), { description: 'what is left out' }),
    ),
    conflictPolicy: oneOf(
      conflictPolicies,
      'whose change counts where both sides changed a path: `keep_local` keeps the one of the source, and the finalize fails',
    ),
    environment: Type.Optional(Type.String({ description: 'where it is worked on; `local` unless given' })),
  },
  { additionalProperties: false, description: 'files that components work on' },
);

export type PlanWorkspace = Static<typeof PlanWorkspace>;
export type ConflictPolicy = (typeof conflictPolicies)[number];
