import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import type { WorkspacesSettings } from './sections/workspaces.ts';

/** Every default is written out. */
export function lowerWorkspace(
  { source, kind, mode, exclude = [], conflictPolicy, environment }: WorkspacesSettings[string],
  fileOf: (path: string) => string,
): PlanWorkspace {
  return {
    source: fileOf(source),
    kind,
    mode: mode ?? 'isolated',
    ...(exclude.length === 0 ? {} : { exclude: [...new Set(exclude)] }),
    conflictPolicy: conflictPolicy ?? 'keep_local',
    ...(environment === undefined || environment === 'local' ? {} : { environment }),
  };
}
