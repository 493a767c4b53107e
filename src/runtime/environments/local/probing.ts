/** What probes can do on this machine: run something in the place of a component, and reach what a binding leads to. */
import { isAbsolute, join, resolve } from 'node:path';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import type { Bubblewrap } from '../../../adapters/sandbox/bubblewrap.ts';
import type { EdgeFolder } from '../../../adapters/sandbox/edge-socket.ts';
import { type Held, meter } from '../../../adapters/sandbox/folder-meter.ts';
import { inside } from '../../../adapters/sandbox/inside.ts';
import type { SandboxSpec } from '../../../adapters/sandbox/spec.ts';
import type { ProbeTarget } from '../../../ir/plan-probe-schema.ts';
import type { WiredEdge } from '../../../plan/wiring/edges.ts';
import type { Execution, Probing } from '../../../ports/execution.ts';
import { refusedUnfit } from '../../bindings/refused.ts';
import type { LocalComponent } from './component.ts';
import { executed, neverExecuted } from './executed.ts';
import { type Given, givenTo, usualLimits } from './given.ts';
import type { ProfilePlace } from './profile-place.ts';
import { type LaidStorage, overText, removeScratch } from './storage.ts';
import type { Ways } from './ways.ts';

export interface ProbingOptions {
  readonly components: readonly LocalComponent[];
  readonly edges: readonly WiredEdge[];
  readonly tree: ScenarioTree;
  readonly ways: Ways;
  /** Undefined as long as nobody has looked for it. */
  readonly bubblewrap: () => Bubblewrap | undefined;
  /** Folder for ephemeral storage of probes: that of a component belongs to its program alone. */
  readonly scratch: string;
  readonly lay: (component: LocalComponent, scratch: string) => LaidStorage;
  readonly held: Held;
  readonly profileOf: (component: LocalComponent) => Promise<ProfilePlace>;
}

export function createProbing(options: ProbingOptions): Probing {
  const { components, edges, ways } = options;
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  let executions = 0;

  const edgeBehind = (target: ProbeTarget): WiredEdge | undefined => {
    if ('export' in target) return edges.find(({ key }) => key === `exports.${target.export}`);
    // Hops are in the order of the plan, from the source on: the last one ends at the consumer.
    return 'edge' in target ? edges.findLast(({ id }) => id === target.edge) : undefined;
  };
  const providerBehind = (target: ProbeTarget): LocalComponent | undefined =>
    'provide' in target
      ? components.find(({ moniker, offers }) =>
          Object.keys(offers).some((name) => target.provide === `${moniker}.${name}`),
        )
      : undefined;

  return {
    reach: async (target) => {
      const edge = edgeBehind(target);
      const provider = providerBehind(target);
      const way = edge
        ? ways.reached(edge.key)
        : provider && 'provide' in target
          ? wayTo(ways, provider, provider.offers[target.provide.slice(provider.moniker.length + 1)])
          : undefined;
      return way && { socket: way.path };
    },
    execute: async (subject, execution) => {
      const component = byMoniker.get(subject);
      const bubblewrap = options.bubblewrap();
      if (!component && !edges.some(({ key }) => key === subject && subject.startsWith('exports.')))
        return neverExecuted(`nothing of ${subject} runs here`);
      if (!bubblewrap) return neverExecuted('nobody has looked yet what this machine can do');
      const scratch = join(options.scratch, String(executions++));
      try {
        const spec = specOf(options, component, execution);
        if (typeof spec === 'string') return neverExecuted(spec);
        const place = { bubblewrap, tree: options.tree };
        if (!component) return await executed({ ...spec, ...place }, execution);
        const storage = options.lay(component, scratch);
        let exceed: (why: string) => void = () => {};
        const exceeded = new Promise<string>((done) => {
          exceed = done;
        });
        const metered = meter(storage.metered, options.held, { onOver: (over) => exceed(overText(over)) });
        const bound = component.bound(execution.secrets ?? new Map());
        if ('unfit' in bound) return neverExecuted(refusedUnfit(subject, bound.unfit).reasons.join('; '));
        const given = givenTo({ ...component, ...bound }, ways, storage, await options.profileOf(component));
        const found = await executed({ ...joined(given, spec), ...place }, execution, exceeded);
        const over = await metered.end();
        return over ? { ...found, ended: 'error', fault: overText(over) } : found;
      } catch (error) {
        return neverExecuted((error as Error).message);
      } finally {
        removeScratch(scratch);
      }
    },
  };
}

type Own = Omit<SandboxSpec, 'bubblewrap' | 'tree'>;

/** What comes with the execution itself, on top of what the component is given. Words instead: why it cannot be. */
function specOf({ ways }: ProbingOptions, component: LocalComponent | undefined, execution: Execution): Own | string {
  const { argv, cwd, env = {}, stdin, shown = {}, reaches = [] } = execution;
  const slots: { readonly name: string; readonly port: number; readonly socket: EdgeFolder }[] = [];
  for (const { export: name, port } of reaches) {
    const socket = ways.reached(`exports.${name}`);
    if (!socket) return `the export \`${name}\` leads nowhere`;
    slots.push({ name: `exports.${name}`, port, socket });
  }
  if (component) slots.push(...ownPorts(component, ways, slots));
  const folder = component?.cwd ?? inside.home;
  return {
    workplace: ways.workplace(),
    argv,
    env,
    cwd: component?.cwd ?? null,
    ...(cwd === undefined ? {} : { beginsAt: isAbsolute(cwd) ? cwd : resolve(folder, cwd) }),
    ...(stdin === undefined ? {} : { stdin }),
    files: [],
    provides: [],
    slots,
    limits: usualLimits,
    binds: Object.entries(shown).map(([target, source]) => ({ source, target, writable: false })),
  };
}

/** Ways to what the component itself offers, as its own program would find it. */
export function ownPorts(
  component: LocalComponent,
  ways: Ways,
  others: readonly { readonly port: number }[] = [],
): readonly { readonly name: string; readonly port: number; readonly socket: EdgeFolder }[] {
  const taken = new Set([...others, ...component.slots].map(({ port }) => port));
  // A port of its own that is taken by what was asked for is not to be had, as with any other program.
  const own = [...new Set(Object.values(component.offers))].filter((port) => !taken.has(port));
  return own.flatMap((port) => {
    const socket = wayTo(ways, component, port);
    return socket ? [{ name: String(port), port, socket }] : [];
  });
}

const joined = (given: Given, own: Own): Own => ({
  ...own,
  env: { ...given.env, ...own.env },
  files: [...given.files, ...own.files],
  slots: [...given.slots, ...own.slots],
  binds: [...given.binds, ...(own.binds ?? [])],
  scratch: given.scratch,
  limits: given.limits,
  shown: given.shown,
  tools: given.tools,
  ...(given.cache ? { cache: given.cache } : {}),
  ...(given.beginsAt !== undefined && own.beginsAt === undefined ? { beginsAt: given.beginsAt } : {}),
});

/** To a port of a component, by any edge that begins there. */
function wayTo(
  ways: Ways,
  { moniker, provides, probedPorts }: LocalComponent,
  port: number | undefined,
): EdgeFolder | undefined {
  if (port === undefined) return undefined;
  if (probedPorts.includes(port)) return ways.probed(moniker, port);
  return provides.flatMap(({ edge, port: at }) => (at === port ? (ways.provided(edge) ?? []) : []))[0];
}
