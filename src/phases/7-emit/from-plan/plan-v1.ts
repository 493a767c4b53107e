/** For tools that read version 1 of a plan's file and no other. */
import type { PlanEmitter } from './emitter.ts';

export const planV1: PlanEmitter = {
  kind: 'plan-v1',
  shape: 'file',
  emit: ({ text }) => new Map([['plan.json', text]]),
};
