import { planFileText } from '../../../language/plan-file/fold.ts';
import type { PlanEmitter } from './emitter.ts';

export const plan: PlanEmitter = {
  kind: 'plan',
  shape: 'file',
  emit: ({ plan, text }) => new Map([['plan.json', planFileText(plan, text)]]),
};
