/** What each action of a run cannot do without. A type of action without a line here does not compile. */
import { own } from '../../base/json.ts';
import { type Action, type ActionType, copyAction, copyNamed, probeAction, probeNamed } from '../../ir/action.ts';
import { type Need, need } from '../../ir/authority.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import {
  cacheResource,
  controlResource,
  distinct,
  enforcementResource,
  needOfEdge,
  needOfProbe,
  ownNeeds,
  secretResource,
  workspaceResource,
} from '../../plan/authority/needs.ts';
import type { WiredEdge } from '../../plan/wiring/edges.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';
import type { Grant } from '../../ports/environment.ts';
import type { ComponentSpec } from '../component.ts';
import type { GrantSet } from './grants.ts';

export interface RunFacts {
  readonly plan: DeploymentPlan;
  readonly components: readonly ComponentSpec[];
  readonly edges: readonly WiredEdge[];
  readonly grants: readonly GrantSet[];
  readonly copies: readonly Pick<CopyOf, 'id' | 'workspace' | 'users'>[];
  /** References of slots whose URL is a secret, by slot of the root. */
  readonly slotSecrets?: Readonly<Record<string, string>>;
}

export interface RunNeeds {
  readonly of: (action: Action) => readonly Need[];
  /** All of them, each once. */
  readonly all: () => readonly Need[];
  /** Of a component for as long as it runs: exports lead to it. */
  readonly whileUp: (moniker: string) => readonly Need[];
}

export function runNeeds({ plan, components, edges, grants, copies, slotSecrets = {} }: RunFacts): RunNeeds {
  const edgeOf = new Map(edges.map((edge) => [edge.key, edge]));
  const planned = new Map(plan.components.map((one) => [one.moniker, one]));
  /** URLs that are read when the way is made. */
  const urlsOf = (moniker: string): readonly Need[] =>
    edges.flatMap(({ from, to }) => {
      const reference = from.kind === 'external' ? slotSecrets[from.slot] : undefined;
      const isIts = to.kind === 'slot' && to.moniker === moniker;
      return reference !== undefined && isIts ? [need('secret', moniker, secretResource(reference))] : [];
    });
  const ways = new Map(
    grants.map(({ subject, grants: all }) => [
      subject,
      [...all.flatMap((grant) => needsOfGrant(subject, grant, edgeOf)), ...urlsOf(subject)],
    ]),
  );
  const exported = [...ways.values()].flat().filter(({ kind }) => kind === 'export');
  const secretsOf = ({ moniker, bindings = [] }: ComponentSpec): readonly Need[] => [
    ...bindings.map(({ reference }) => need('secret', moniker, secretResource(reference))),
    ...urlsOf(moniker),
  ];
  const starts = new Map(
    components.map((component) => {
      const { moniker } = component;
      const own = planned.get(moniker);
      const all = [
        // Which image it is may depend on config, and stands in its grant.
        ...(own?.program ? ownNeeds(plan, own, edges) : []).filter(({ kind }) => kind !== 'container'),
        ...(ways.get(moniker) ?? []),
        ...secretsOf(component),
      ];
      return [moniker, distinct(all)] as const;
    }),
  );
  const ofStart = ({ target }: Action): readonly Need[] => starts.get(target ?? '') ?? [];
  const ofWays = ({ target }: Action): readonly Need[] => distinct(ways.get(target ?? '') ?? []);
  const ofCopy = (action: Action): readonly Need[] =>
    copies.flatMap(({ id, workspace, users }) =>
      id === copyNamed(action) ? users.map((user) => need('workspace', user, workspaceResource(workspace))) : [],
    );
  const nothing = (): readonly Need[] => [];
  const table: Readonly<Record<ActionType, (action: Action) => readonly Need[]>> = {
    // It looks whether anything can run. Only where images are executed something is made for that.
    'env.probe': () => distinct([...ways.values()].flat().filter(({ kind }) => kind === 'container')),
    'secret.bind': () => distinct(components.flatMap(secretsOf)),
    'grant.apply': ofWays,
    'grant.revoke': ofWays,
    'process.start': ofStart,
    'task.run': ofStart,
    'process.stop': ofStart,
    'probe.run': (action) => {
      const name = probeNamed(action);
      const found = needOfProbe(plan, name);
      const probe = own(plan.runtime?.probes ?? {}, name);
      // What is executed beside a component is shown what that one is, whether or not it still runs. Its program is not started.
      const shown = probe && 'component' in probe ? (starts.get(probe.component) ?? []) : [];
      return found ? distinct([found, ...shown.filter(({ kind }) => kind !== 'tool')]) : [];
    },
    'enforcement.prove': () => components.map(({ moniker }) => need('evidence', moniker, enforcementResource)),
    'workspace.prepare': ofCopy,
    'workspace.finalize': ofCopy,
    'workspace.teardown': ofCopy,
    // It waits.
    'gate.confirm': nothing,
  };
  const probes = Object.keys(plan.runtime?.probes ?? {}).map(probeAction);
  const prepares = copies.map(({ id }) => copyAction('workspace.prepare', id));
  return {
    of: (action) => table[action.type](action),
    all: () =>
      distinct([
        ...[...starts.values(), ...ways.values()].flat(),
        ...[...probes, ...prepares].flatMap((action) => table[action.type](action)),
      ]),
    whileUp: (moniker) => [...(starts.get(moniker) ?? []), ...exported.filter(({ subject }) => subject === moniker)],
  };
}

function needsOfGrant(subject: string, grant: Grant, edges: ReadonlyMap<string, WiredEdge>): readonly Need[] {
  switch (grant.kind) {
    case 'edge':
    case 'export': {
      const edge = edges.get(grant.edge);
      const found = edge && needOfEdge(edge);
      return found ? [found] : [need(grant.kind, subject, grant.edge)];
    }
    case 'storage':
      return [need('storage', subject, grant.id)];
    case 'egress':
      return grant.to.map((to) => need('egress', subject, to));
    case 'cache':
      return [need('cache', subject, cacheResource)];
    case 'control':
      return [need('control', subject, controlResource)];
    case 'container':
      return [need('container', subject, grant.image)];
  }
}
