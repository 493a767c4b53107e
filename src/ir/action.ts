/** What a run does, as a closed list: nothing has an effect outside of it. A type more is a file here and a line in `handlers.ts`. */

export const actionTypes = [
  'env.probe',
  'secret.bind',
  'grant.apply',
  'grant.revoke',
  'process.start',
  'task.run',
  'probe.run',
  'process.stop',
  'enforcement.prove',
  'workspace.prepare',
  'workspace.finalize',
  'workspace.teardown',
  'gate.confirm',
] as const;
export type ActionType = (typeof actionTypes)[number];

export interface Action {
  readonly type: ActionType;
  /** A moniker, `exports.NAME`, `probes.NAME`, `workspaces.ID`, or null for the whole run. */
  readonly target: string | null;
}

/** Unique within a run. For people and as a key; nothing reads its parts. */
export const actionId = ({ type, target }: Action): string => (target === null ? type : `${type}:${target}`);

/** The action of a probe. */
export const probeAction = (name: string): Action => ({ type: 'probe.run', target: `probes.${name}` });
export const probeNamed = ({ target }: Action): string => (target ?? '').replace(/^probes\./, '');

/** Actions of a copy of a workspace; see `CopyOf.id`. */
export const copyAction = (type: ActionType & `workspace.${string}`, id: string): Action => ({
  type,
  target: `workspaces.${id}`,
});
export const isOfCopy = ({ type }: Action): boolean => type.startsWith('workspace.');
export const copyNamed = ({ target }: Action): string => (target ?? '').replace(/^workspaces\./, '');

/** `unknown` is only ever found out by a later process. */
export const actionStates = ['succeeded', 'failed', 'cancelled', 'skipped', 'unknown'] as const;
export type ActionState = (typeof actionStates)[number];
