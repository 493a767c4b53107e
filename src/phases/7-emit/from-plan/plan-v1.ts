/** For tools that read version 1 of a plan's file and no other. */
import { planTextV1 } from '../../../language/plan-file/write.ts';
import type { PlanEmitter } from './emitter.ts';

export const planV1: PlanEmitter = {
  kind: 'plan-v1',
  shape: 'file',
  emit: ({ plan }) => new Map([['plan.json', planTextV1(plan)]]),
};
