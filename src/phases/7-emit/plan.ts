import type { Emitter } from './emitter.ts';

export const plan: Emitter = {
  kind: 'plan',
  shape: 'file',
  emit: ({ planText }) => new Map([['plan.json', planText]]),
};
