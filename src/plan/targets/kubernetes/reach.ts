/**
 * Who reaches whom in a cluster, computed from what the objects say. A pod that no policy of a direction chooses may do everything in it; one that
 * some do, what any of them lets through. A connection needs both ends. A pod always reaches itself, which is not said here.
 */
import { memoized } from '../../../base/memo.ts';
import type { Cluster } from './model.ts';
import type { Pods } from './read-pods.ts';
import type { Labels, Policy, Rule } from './read-policies.ts';

export interface Reach {
  readonly from: Pods;
  readonly to: Pods;
  /** Such as `8080`; `*` for all ports. */
  readonly port: string;
}

export interface Reachable {
  readonly between: readonly Reach[];
  /** To and from what is no pod of these files; each as a sentence. */
  readonly beyond: readonly string[];
}

interface Sides {
  /** Null: everything. */
  ingress: Rule[] | null;
  egress: Rule[] | null;
}

/** O(policies + what is reached). */
export function reachIn({ pods, policies }: Cluster): Reachable {
  const choose = chooser(pods);
  const sides = new Map<Pods, Sides>(pods.map((one) => [one, { ingress: null, egress: null }]));
  for (const policy of policies) for (const one of choose(policy.chosen)) add(sides.get(one) as Sides, policy);
  const heard = new Map<Pods, Heard>();
  for (const [one, { ingress }] of sides) heard.set(one, heardBy(ingress, choose));
  const between: Reach[] = [];
  const beyond: string[] = [];
  for (const [from, { egress }] of sides) {
    if (egress === null) {
      beyond.push(`${from.title} -> everything`);
      continue;
    }
    for (const { peers, ports } of egress) {
      if (peers === null) beyond.push(...(ports ?? ['*']).map((port) => `${from.title} -> everything: ${port}`));
      for (const peer of peers ?? []) {
        if (peer.kind !== 'pods')
          beyond.push(...(ports ?? ['*']).map((port) => `${from.title} -> ${peer.text}: ${port}`));
        else
          for (const to of choose(peer.labels))
            for (const port of both(ports, heard.get(to) as Heard, from)) between.push({ from, to, port });
      }
    }
  }
  for (const [to, { everybody }] of heard)
    beyond.push(...everybody.map((text) => `${text.from} -> ${to.title}: ${text.port}`));
  return { between, beyond };
}

function add(sides: Sides, { ingress, egress }: Policy): void {
  if (ingress) {
    sides.ingress ??= [];
    sides.ingress.push(...ingress);
  }
  if (egress) {
    sides.egress ??= [];
    sides.egress.push(...egress);
  }
}

/** Whom a pod listens to. */
interface Heard {
  /** By pod: ports. */
  readonly from: ReadonlyMap<Pods, ReadonlySet<string>>;
  /** On which ports it listens to everybody. */
  readonly open: ReadonlySet<string>;
  readonly everybody: readonly { readonly from: string; readonly port: string }[];
}

function heardBy(rules: readonly Rule[] | null, choose: (labels: Labels) => readonly Pods[]): Heard {
  const from = new Map<Pods, Set<string>>();
  const open = new Set<string>();
  const everybody: { from: string; port: string }[] = [];
  for (const { peers, ports } of rules ?? [{ peers: null, ports: null }]) {
    const numbers = ports ?? ['*'];
    if (peers === null)
      for (const port of numbers) {
        open.add(port);
        everybody.push({ from: 'everybody', port });
      }
    for (const peer of peers ?? []) {
      if (peer.kind !== 'pods') everybody.push(...numbers.map((port) => ({ from: peer.text, port })));
      else
        for (const pod of choose(peer.labels)) {
          const known = from.get(pod) ?? new Set();
          from.set(pod, known);
          for (const port of numbers) known.add(port);
        }
    }
  }
  return { from, open, everybody };
}

/** Ports that are let out on one side and in on the other. */
function both(ports: readonly string[] | null, heard: Heard, from: Pods): readonly string[] {
  const known = heard.from.get(from);
  const [only] = ports ?? [];
  if (ports?.length === 1 && only !== '*' && known?.has(only as string)) return ports;
  const allowed = new Set([...(known ?? []), ...heard.open]);
  const out = ports ?? ['*'];
  if (allowed.size === 0) return [];
  const some = out.flatMap((port): readonly string[] => {
    if (port === '*') return [...allowed].filter((one) => !one.includes(' ') || ports === null);
    return allowed.has(port) || (allowed.has('*') && !port.includes(' ')) ? [port] : [];
  });
  return [...new Set(some)];
}

/** By labels. Most selectors have one that few pods carry. */
export const chooser = memoized(choosing);

function choosing(pods: readonly Pods[]): (labels: Labels) => readonly Pods[] {
  const carrying = new Map<string, Map<string, Pods[]>>();
  for (const one of pods)
    for (const label in one.labels) {
      const value = String(one.labels[label]);
      const values = carrying.get(label) ?? new Map<string, Pods[]>();
      carrying.set(label, values);
      const list = values.get(value);
      if (list) list.push(one);
      else values.set(value, [one]);
    }
  const listOf = ([label, value]: Labels[number]): readonly Pods[] => carrying.get(label)?.get(value) ?? [];
  return (labels) => {
    const [only] = labels;
    if (!only) return pods;
    if (labels.length === 1) return listOf(only);
    const least = labels.map(listOf).reduce((a, b) => (b.length < a.length ? b : a));
    return least.filter((one) => labels.every(([label, value]) => one.labels[label] === value));
  };
}
