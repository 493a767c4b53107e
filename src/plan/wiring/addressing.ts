/** What whoever lays a plan out somewhere knows, and the plan does not: an environment of a run, or an emitter. */
import type { ConfigLeaf, WiredComponent } from './component.ts';
import type { SlotEdge } from './edges.ts';

/** Where a text of a program stands. */
export type Place = 'argv' | 'env' | 'file';

export interface Addressing {
  /** The URL at which the program of `consumer` finds what the edge leads to. */
  readonly slotUrl: (edge: SlotEdge, consumer: WiredComponent) => string;
  /**
   * What stands in the place of a value of the root config, such as `${TOKEN}`: it is then neither looked at nor written. Values
   * that it answers nothing for stand there themselves.
   */
  readonly reference?: (leaf: ConfigLeaf) => string | undefined;
  /** How a text that is no reference is written, so that it is not taken for one: `$` as `$$`, say. As it is, unless given. */
  readonly literal?: (text: string, place: Place) => string;
}
