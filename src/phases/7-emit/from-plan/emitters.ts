import { compose } from './compose/compose.ts';
import type { PlanEmitter } from './emitter.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { plan } from './plan.ts';
import { planV1 } from './plan-v1.ts';

/** Every output that is made of a plan, by kind. */
export const planEmitters = { compose, kubernetes, plan, 'plan-v1': planV1 } satisfies Readonly<
  Record<string, PlanEmitter>
>;
