/** Tree → a machine that reads a text once. */
import { type Edge, parseRegex, type RegexLimit, type RegexNode } from './parse.ts';

export type State =
  | { readonly kind: 'read'; readonly atom: number; readonly next: number }
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'edge'; readonly edge: Edge; readonly next: number }
  | { readonly kind: 'look'; readonly look: number; readonly next: number }
  | { readonly kind: 'found' };

export interface Machine {
  readonly states: readonly State[];
  readonly start: number;
}

/** Where a lookaround holds is found out before the text is read, by a machine of its own. */
export interface Look {
  readonly machine: Machine;
  /** Reads from the start of the text; the others read from its end. */
  readonly behind: boolean;
  readonly negative: boolean;
}

export interface CompiledRegex {
  readonly atoms: readonly string[];
  readonly machine: Machine;
  /** Inner ones first. */
  readonly looks: readonly Look[];
}

/** Of all machines of one regular expression. */
const maxStates = 10_000;

interface Builder {
  readonly looks: Look[];
  total: number;
}

export function compileRegex(text: string): CompiledRegex | { readonly limit: RegexLimit } {
  const parsed = parseRegex(text);
  if ('limit' in parsed) return parsed;
  const builder: Builder = { looks: [], total: 0 };
  const machine = machineOf(builder, parsed.root, true);
  if (builder.total > maxStates) return { limit: 'too-large' };
  return { atoms: parsed.atoms, machine, looks: builder.looks };
}

/** A machine that reads backwards has its sequences turned round. */
function machineOf(builder: Builder, root: RegexNode, forward: boolean): Machine {
  const states: State[] = [];
  const add = (state: State): number => {
    builder.total++;
    return states.push(state) - 1;
  };
  const full = (): boolean => builder.total > maxStates;

  const build = (node: RegexNode, next: number): number => {
    if (full()) return next;
    switch (node.kind) {
      case 'atom':
        return add({ kind: 'read', atom: node.atom, next });
      case 'edge':
        return add({ kind: 'edge', edge: node.edge, next });
      case 'choice':
        return add({ kind: 'split', to: node.items.map((item) => build(item, next)) });
      case 'sequence': {
        const items = forward ? node.items.toReversed() : node.items;
        return items.reduce((after, item) => build(item, after), next);
      }
      case 'repeat':
        return repeated(node, next);
      case 'look': {
        const machine = machineOf(builder, node.body, node.behind);
        const look = builder.looks.push({ machine, behind: node.behind, negative: node.negative }) - 1;
        return add({ kind: 'look', look, next });
      }
    }
  };

  const repeated = ({ item, min, max }: Extract<RegexNode, { kind: 'repeat' }>, next: number): number => {
    let entry = next;
    if (max === Number.POSITIVE_INFINITY) {
      const to = [next];
      entry = add({ kind: 'split', to });
      to.push(build(item, entry));
    } else {
      // Each may be the last one: leaving goes straight behind all of them.
      for (let n = min; n < max && !full(); n++) entry = add({ kind: 'split', to: [build(item, entry), next] });
    }
    for (let n = 0; n < min && !full(); n++) {
      const before = builder.total;
      entry = build(item, entry);
      // What reads nothing may be repeated for ever.
      if (builder.total === before) break;
    }
    return entry;
  };

  const start = build(root, add({ kind: 'found' }));
  return { states, start };
}
