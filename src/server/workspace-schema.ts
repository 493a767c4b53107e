/** What a run's interface says of workspaces, and takes about their conflicts. */
import { type Static, Type } from '@sinclair/typebox';
import { list, literals, nullable, optional, text, textOrNull } from '../ir/wire-build.ts';
import { finalizeStates, historyOutcomes } from '../ir/workspace-status.ts';

const realizedBy = (description: string) => literals(['component', 'workspace', 'default'], description);

/** Of a copy. */
export const WorkspaceStatus = Type.Object({
  id: text('of the copy: the name of the workspace where it is shared, `NAME:MONIKER` where it is not'),
  workspace: text('its name in the settings'),
  source: text('absolute'),
  users: list(Type.String(), 'monikers'),
  prepared: Type.Boolean({ description: 'the copy is there' }),
  finalize: literals(
    finalizeStates,
    'whether its changes are in the source; `unknown` where the process is gone that brought them there',
  ),
  realized: Type.Object({
    environmentId: text('where it is worked on'),
    source: realizedBy('what said so'),
    conflict: nullable(
      Type.Object({
        reason: Type.Literal('reused_workspace_environment_mismatch'),
        workspaceEnvironmentId: Type.String(),
        intendedEnvironmentId: Type.String(),
        intendedSource: realizedBy('what said so'),
        workspaceIdentity: text('digest of environment, profile and sandbox'),
        intendedIdentity: text('digest of environment, profile and sandbox'),
      }),
      'why the copy that was there already was not taken; null where there was none, or it was',
    ),
  }),
  written: list(Type.String(), 'paths that were written in the source'),
  removed: list(Type.String(), 'paths that were removed in the source'),
  conflicts: list(
    Type.Object({
      path: text('`%XX` stands for a byte that is not UTF-8, for a control character, and for `%`'),
      kind: literals(['merge', 'delete-update', 'update-delete', 'type'], 'what both sides did'),
      resolution: literals(['pending', 'local', 'remote'], 'whose side counts: of the source, or of the copy'),
      kept: textOrNull('absolute path of what the copy has there; null where it has nothing'),
      spared: optional(text('absolute path of what the source had there, where the side of the copy took its place')),
      held: optional(text('something in the folder that is ignored, excluded or new, and keeps it in its place')),
    }),
    'paths that both sides have changed, each in another way',
  ),
  history: optional(
    Type.Object(
      {
        outcome: literals(historyOutcomes, 'of the branch of the source'),
        branch: textOrNull('`refs/heads/…`; null where the source is on none'),
        head: textOrNull('the commit that it is at since; null where it has none'),
        kept: list(
          Type.Object({
            ref: text('of the source, below `refs/headgate/kept/`'),
            commit: text('or another object, where a tag names one'),
            from: text('what it is called in the copy: a ref, `stash@{N}`, or `HEAD` where that was on no branch'),
          }),
          'what the task left under other names than the branch that it was given',
        ),
      },
      { description: 'what became of commits, for a workspace of the kind `git_worktree`' },
    ),
  ),
  repositories: optional(
    list(
      Type.Object({
        path: text('what it was in the copy'),
        kept: text('absolute path of where it is now'),
      }),
      'repositories that the task made in its copy, which are not brought into the source',
    ),
  ),
  reason: optional(text('why it is not finalized, where that failed or was given up')),
  code: optional(text('of a finalize that failed: why, for programs and for `headgate explain`')),
  remedy: optional(text('what the reader can do')),
});

const Resolution = Type.Object(
  {
    copy: text('its id'),
    path: text('of a conflict, as `GET /v1/run` has it'),
    take: literals(['local', 'remote'], 'what the source has, or what the copy has'),
  },
  { additionalProperties: false },
);

export const ResolveRequest = Type.Object(
  { resolutions: Type.Unsafe<readonly Static<typeof Resolution>[]>(Type.Array(Resolution, { minItems: 1 })) },
  { additionalProperties: false },
);

export const Resolved = Type.Object({
  id: text('of the run'),
  resolutions: list(Resolution, 'that are in its journal by now'),
});
export type Resolved = Static<typeof Resolved>;
