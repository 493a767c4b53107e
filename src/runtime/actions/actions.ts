/** What a run does, as a closed list: nothing has an effect outside of it. */
import type { ComponentSpec } from '../prepare/component.ts';

/** What a restart of headgate may do with an action that was begun: do it again, look at the world first, or neither. */
export type Replay = 'safe' | 'check' | 'never';

export const actionTypes = {
  'env.probe': 'safe',
  'vault.check': 'safe',
  'secret.bind': 'safe',
  'grant.apply': 'check',
  'grant.revoke': 'check',
  'workspace.prepare': 'check',
  'bridge.start': 'check',
  'process.start': 'check',
  'task.run': 'never',
  'probe.run': 'safe',
  'workspace.finalize': 'check',
  'process.stop': 'safe',
  'workspace.teardown': 'safe',
  'gate.complete': 'safe',
  'gate.confirm': 'safe',
} as const satisfies Readonly<Record<string, Replay>>;
export type ActionType = keyof typeof actionTypes;

export interface Action {
  readonly id: string;
  readonly type: ActionType;
  /** Moniker, or `run`. */
  readonly target: string;
  /** Ids of actions that must have succeeded. */
  readonly needs: readonly string[];
  readonly replay: Replay;
}

export const isActionType = (text: string): text is ActionType => Object.hasOwn(actionTypes, text);

export const actionId = (type: ActionType, target: string): string => (target === 'run' ? type : `${type}:${target}`);

/** A component that is never restarted is a task: it has an end, and its effect is had once. */
export const isTask = ({ restart }: ComponentSpec): boolean => restart === 'never';
export const startType = (component: ComponentSpec): 'task.run' | 'process.start' =>
  isTask(component) ? 'task.run' : 'process.start';

export const actionOf = (type: ActionType, target: string, needs: readonly string[] = []): Action => ({
  id: actionId(type, target),
  type,
  target,
  needs,
  replay: actionTypes[type],
});

/** In an order in which they can be done. */
export function actionsOf(components: readonly ComponentSpec[]): readonly Action[] {
  const probe = actionOf('env.probe', 'run');
  const bind = actionOf('secret.bind', 'run', [probe.id]);
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  const starts = components.map((component) => {
    const providers = component.after.flatMap((moniker) => byMoniker.get(moniker) ?? []);
    const needs = providers.map((provider) => actionId(startType(provider), provider.moniker));
    const grant = component.egress === null ? [] : [actionId('grant.apply', component.moniker)];
    return actionOf(startType(component), component.moniker, [bind.id, ...grant, ...needs]);
  });
  const grants = components
    .filter(({ egress }) => egress !== null)
    .map(({ moniker }) => actionOf('grant.apply', moniker, [bind.id]));
  return [probe, bind, ...grants, ...starts, actionOf('gate.complete', 'run')];
}
