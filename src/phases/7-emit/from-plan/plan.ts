import { planFileText } from '../../../language/plan-file/write.ts';
import type { PlanEmitter } from './emitter.ts';

export const plan: PlanEmitter = {
  kind: 'plan',
  shape: 'file',
  emit: ({ plan }) => new Map([['plan.json', planFileText(plan)]]),
};
