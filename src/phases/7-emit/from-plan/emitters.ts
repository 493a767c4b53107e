import { compose } from './compose/compose.ts';
import type { PlanEmitter } from './emitter.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { plan } from './plan.ts';

/** Every output that is made of a plan, by kind. */
export const planEmitters = { compose, kubernetes, plan } satisfies Readonly<Record<string, PlanEmitter>>;
