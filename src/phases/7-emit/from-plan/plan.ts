import type { PlanEmitter } from './emitter.ts';

export const plan: PlanEmitter = {
  kind: 'plan',
  shape: 'file',
  emit: ({ text }) => new Map([['plan.json', text]]),
};
