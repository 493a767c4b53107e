/**
 * What an action stands on. Nothing has an effect without one, and only src/runtime/authority/authority.ts makes one: the mark is a
 * symbol that nobody else can name.
 */
import type { Need } from '../ir/authority.ts';

declare const made: unique symbol;

/** One right, and the delegation that it was given by; `plan` where the plan alone says so. */
export interface Stood extends Omit<Need, 'kind'> {
  readonly delegation: string;
}

export interface Standing {
  readonly [made]: 'by the authority of a run';
  /** Empty for what has no effect. */
  readonly on: readonly Stood[];
}
