/** Why a slot of a program has no URL. */
import type { WiredComponent } from './component.ts';
import type { UnboundSlot } from './problem.ts';

export interface UnboundSlots {
  /** Asked for a slot without a URL that a text needs. */
  readonly why: (slot: string) => string;
  /** What was asked for, one for each time. */
  readonly asked: readonly UnboundSlot[];
}

export function createUnboundSlots({ moniker, waiting }: WiredComponent): UnboundSlots {
  const asked: UnboundSlot[] = [];
  return {
    asked,
    why: (slot) => {
      const external = waiting.find((one) => one.slot === slot)?.external ?? null;
      asked.push({ slot, external });
      if (external === null) return `slot \`${slot}\` is not bound`;
      return moniker === '/'
        ? `slot \`${slot}\` of the root gets its URL from outside, and none is given`
        : `slot \`${slot}\` leads to \`slots.${external}\` of the root, and no URL is given for it`;
    },
  };
}
