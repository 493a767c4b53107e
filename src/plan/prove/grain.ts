import type { Link, Obligation } from './obligation.ts';

/**
 * How finely a target can tell who speaks to whom. A network rule knows the machine that calls, and maybe the port that is called;
 * only a proxy for each edge knows the slot.
 */
export interface Grain {
  readonly consumers: 'slot' | 'component';
  readonly providers: 'provide' | 'component';
}

/** An export has no component: it is named the same at every grain. No moniker has a dot in it. */
const componentOf = (name: string): string => {
  if (!name.startsWith('/')) return name;
  const dot = name.indexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
};

const coarse = ({ consumers, providers }: Grain): { inlet: (n: string) => string; outlet: (n: string) => string } => {
  const same = (name: string): string => name;
  return {
    inlet: consumers === 'slot' ? same : componentOf,
    outlet: providers === 'provide' ? same : componentOf,
  };
};

/** The same obligations in the words of a target that sees less. */
export function obligationsAt(obligations: readonly Obligation[], grain: Grain): readonly Obligation[] {
  const { inlet, outlet } = coarse(grain);
  return obligations.map((o) => ({
    edge: o.edge,
    source: outlet(o.source),
    target: inlet(o.target),
    chain: o.chain.map((hop) => ({
      interposer: hop.interposer,
      inlet: inlet(hop.inlet),
      outlet: outlet(hop.outlet),
    })),
  }));
}

export function linksAt(links: readonly Link[], grain: Grain): readonly Link[] {
  const { inlet, outlet } = coarse(grain);
  return links.map(({ from, to }) => ({ from: outlet(from), to: inlet(to) }));
}
