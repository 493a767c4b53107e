/** Why a slot of a program has no URL, and what would give it one. */
import { own } from '../../../base/json.ts';
import type { PlanComponent } from '../../../ir/plan-schema.ts';
import type { RunInputs } from './assemble.ts';

export interface UnboundSlots {
  /** Asked for a slot without a URL that a text needs. */
  readonly why: (slot: string) => string;
  /** For as many problems as were told; each remedy once. */
  readonly remedies: (problems: number) => readonly string[];
}

export function createUnboundSlots({ moniker }: PlanComponent, { plan, externals }: RunInputs): UnboundSlots {
  const remedies = new Set<string>();
  let asked = 0;
  return {
    why: (slot) => {
      asked++;
      const outside = plan.edges.flatMap(({ from, to }) =>
        to.component === moniker && to.slot === slot && from.kind === 'external' ? [from.slot] : [],
      );
      const [name] = outside.filter((one) => own(externals, one) === undefined);
      if (name === undefined) {
        remedies.add(`bind slot \`${slot}\`, or use it only with \`when: slots.${slot}\``);
        return `slot \`${slot}\` is not bound`;
      }
      remedies.add(`pass --slot ${name}=URL`);
      return moniker === '/'
        ? `slot \`${slot}\` of the root gets its URL from outside, and none is given`
        : `slot \`${slot}\` leads to \`slots.${name}\` of the root, and no URL is given for it`;
    },
    remedies: (problems) => [
      ...remedies,
      ...(problems > asked ? ['correct the program, or the config that it is given'] : []),
    ],
  };
}
