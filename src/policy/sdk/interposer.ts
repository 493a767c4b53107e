import type { InterposerBuilder, InterposerSpec, Interposition } from './decision-types.ts';
import { PolicyError } from './error.ts';
import type { Edge, Selection } from './scope-types.ts';

/** What `assemble` makes a proposal of. */
export interface PlacedInterposer extends Interposition {
  /** Copies of one builder are counted together. */
  readonly builder: InterposerSpec;
}

/**
 * An interposer, ready to be put on edges. What is the same for every interposer is done here: slot and provide with the kind and the
 * profile of the edge, a port for each copy, and `PORT` and `UPSTREAM_URL` in its environment.
 *
 * @throws PolicyError (`interposer`) for a port outside of 1 to 65535 and for a slot that is called like the provide.
 */
export function interposer(spec: InterposerSpec): InterposerBuilder {
  const { port = defaultPort, slot = defaultSlot, provide = defaultProvide } = spec;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new PolicyError('interposer', `the port of an interposer is a number from 1 to 65535, and not ${port}`);
  }
  for (const name of [slot, provide]) {
    if (name === '' || name.includes('.')) {
      throw new PolicyError('interposer', `\`${name}\` cannot be the name of a slot or a provide: names hold no dot`);
    }
  }
  if (slot === provide) throw new PolicyError('interposer', `slot and provide are both called \`${slot}\``);
  const builder: InterposerSpec = { ...spec, port, slot, provide };
  return {
    on: (edges) =>
      listOf(edges).map((edge): PlacedInterposer => {
        if (edge.interposable) return { type: 'interposition', edge, builder };
        throw new PolicyError(
          'edge',
          `nothing can sit on edge ${edge.id} (${edge.label}): it carries \`${edge.kind}\`; select with \`kind\`, or where the edge is \`interposable\``,
        );
      }),
  };
}

export const defaultPort = 18_400;
export const defaultSlot = 'upstream';
export const defaultProvide = 'downstream';

const listOf = (edges: Selection | Edge | Iterable<Edge>): readonly Edge[] =>
  Symbol.iterator in edges ? [...edges] : [edges];
