import { actionId } from '../../ir/action.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';

/** Ids of the actions that start who works in it. */
export const startsOf = ({ tasks, services }: Pick<CopyOf, 'tasks' | 'services'>): readonly string[] => [
  ...tasks.map((target) => actionId({ type: 'task.run', target })),
  ...services.map((target) => actionId({ type: 'process.start', target })),
];
