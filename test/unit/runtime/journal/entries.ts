/** Entries of a journal, as short as a test of what is made of them needs them. */
import { type Action, type ActionType, actionId } from '../../../../src/ir/action.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';

export const at = (second: number): string => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();

export const ofRun = (type: 'start' | 'progress' | 'usage' | 'cancel' | 'gate', data: object, second = 0): Entry =>
  ({ type, action: null, actionId: null, attempt: null, data, at: at(second) }) as unknown as Entry;

export const start = (more: object = {}, second = 0): Entry =>
  ofRun('start', { plan: 'sha256:plan', options: 'sha256:options', resumed: false, redo: [], ...more }, second);

export function ofAction(
  type: 'intent' | 'progress' | 'failure' | 'retry' | 'outcome' | 'reconciled',
  name: `${ActionType}:${string}` | 'env.probe' | 'secret.bind',
  data: object = {},
  attempt = 1,
): Entry {
  const [of, target = null] = name.split(':') as [ActionType, string | undefined];
  const action: Action = { type: of, target };
  return { type, action, actionId: actionId(action), attempt, data, at: at(0) } as unknown as Entry;
}
