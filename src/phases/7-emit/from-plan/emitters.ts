import type { PlanEmitter } from './emitter.ts';
import { plan } from './plan.ts';

/** Every output that is made of a plan, by kind. */
export const planEmitters = { plan } satisfies Readonly<Record<string, PlanEmitter>>;
