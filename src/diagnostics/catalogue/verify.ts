import { define } from '../define.ts';

export const sharedProvide = define('govern/shared-provide', {
  severity: 'warning',
  title: 'an interposer that serves several edges at one provide opens a way around another one',
  message: (a: { edge: string; path: string; missing: string; order: boolean }) =>
    a.order
      ? `edge \`${a.edge}\` can be taken through ${a.missing} in another order, because an interposer serves several edges at one provide: ${a.path}`
      : `edge \`${a.edge}\` can be taken without ${a.missing}, because an interposer serves several edges at one provide: ${a.path}`,
  help: 'let the policy give each edge a provide of its own, or an interposer of its own',
});

interface Pair {
  readonly scope: string;
  readonly first: string;
  readonly second: string;
}

export const orderMatters = define('govern/order-matters', {
  severity: 'warning',
  title: 'the place of two policies in their list decides how an edge is rewritten',
  message: (
    a: Pair & { edges: readonly string[]; now: string; swapped: string | undefined; refused: string | undefined },
  ) =>
    `with policies \`${a.first}\` and \`${a.second}\` of scope \`${a.scope}\` swapped in their list, edge ${someOf(a.edges)} ${a.swapped === undefined ? `would be refused: ${a.refused}` : `goes through \`${a.swapped}\` instead of \`${a.now}\``}`,
  help: 'the list decides, from the source to the consumer: leave it if this order is meant; `headgate explain` shows the chain',
});

export const noFixpoint = define('govern/no-fixpoint', {
  severity: 'warning',
  title: 'a policy would insert more if it saw the rewritten graph',
  message: (a: { policy: string; scope: string; edges: readonly string[]; own: boolean; again: boolean }) =>
    `policy \`${a.policy}\` of scope \`${a.scope}\`, asked again about the rewritten graph, inserts more on edge ${someOf(a.edges)}${a.own ? ', where it sits already' : ''}${a.again ? '; asked once more, it goes on' : ''}`,
  help: 'every policy is asked once, about the graph before any rewrite; let the policy leave out edges at its own interposers, which it knows by the `metadata` that it gave them',
});

export const fixpointUnknown = define('govern/fixpoint-unknown', {
  severity: 'warning',
  title: 'a policy could not be asked again about the rewritten graph',
  message: (a: { round: number; reason: string }) =>
    `whether policies would insert more is not known: asking about the rewritten graph failed in round ${a.round}: ${a.reason}`,
  help: 'a policy must be able to answer for a graph that holds interposers; this compile did not need it',
});

/** A few by name. */
function someOf(edges: readonly string[]): string {
  const named = edges.slice(0, 3).map((edge) => `\`${edge}\``);
  const more = edges.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
