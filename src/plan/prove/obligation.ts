/**
 * What has to hold of every edge once policies have been applied, and of what: names only, so that a graph, a plan and an emitted
 * target can all be held against the same obligations.
 *
 * An outlet is named like the source of an edge (`/a.out`), an inlet by its slot (`/b.in`), an export `exports.NAME`.
 */
export interface Obligation {
  /** Id of the logical edge. */
  readonly edge: string;
  /** Outlet of the old provider. */
  readonly source: string;
  /** Inlet of the old consumer. */
  readonly target: string;
  /** From the source; empty where no policy sits on the edge. */
  readonly chain: readonly ChainHop[];
}

export interface ChainHop {
  /** Moniker. */
  readonly interposer: string;
  readonly inlet: string;
  readonly outlet: string;
}

/** An inlet can reach an outlet: what is offered at `from` arrives at `to`. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

export const inlet = (moniker: string, slot: string): string => `${moniker}.${slot}`;
export const outlet = (moniker: string, provide: string): string => `${moniker}.${provide}`;
export const exportInlet = (name: string): string => `exports.${name}`;

/** The links that make one edge work, from the source. */
export function linksOf({ source, target, chain }: Obligation): readonly Link[] {
  const links: Link[] = [];
  let from = source;
  for (const hop of chain) {
    links.push({ from, to: hop.inlet });
    from = hop.outlet;
  }
  return [...links, { from, to: target }];
}
