import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Component, ComponentId, Edge, LoweredEndpoint, LoweredProgram } from '../../ir/graph.ts';
import { componentAt, edgesInto, type GraphIndex, indexGraph } from '../../ir/graph-index.ts';
import type { Linked, PolicyEntry, Scope } from '../../ir/linked.ts';
import { evaluateConfig } from '../../language/config/evaluate.ts';
import type { GivenConfig } from '../../language/config/given.ts';
import { rootPathsOfProgram } from '../../language/config/program-paths.ts';
import { readRootConfig } from '../../language/config/root-config.ts';
import { withSecrets } from '../../language/config/secret-values.ts';
import { applyDefaults } from '../../language/schema/defaults.ts';
import { type ValueProblem, validateValue } from '../../language/schema/validate.ts';
import type { PolicyPeer, PolicyProcess } from '../../ports/policy-client.ts';
import type { PolicySecrets } from './policy-secrets.ts';

/** One policy that is to be started, with the list entries that need it. */
export interface PolicyToStart {
  readonly scope: Scope;
  readonly entry: PolicyEntry;
}

/**
 * Everything that must run so that the given policies can be asked, with config evaluated. Missing root config and programs
 * that cannot run here are reported before anything starts. Those that are given secrets are left out as long as there are no `secrets`:
 * their config is not known yet.
 */
export function toProcesses(
  linked: Linked,
  wanted: readonly PolicyToStart[],
  rootConfig: GivenConfig,
  sink: Sink,
  { isGiven, secrets }: Given,
): ToStart {
  const members = new Map<ComponentId, PolicyToStart>();
  for (const item of wanted) for (const id of item.entry.members) if (!members.has(id)) members.set(id, item);
  const running = [...members].flatMap(([id, item]) => {
    const component = linked.policies.graph.components[id];
    return component?.program ? [{ component, program: component.program, item }] : [];
  });
  const startable = running.filter(({ component, item }) => canRun(component, item, sink));
  const root = rootValues(linked, running, rootConfig, sink);
  if (sink.hasErrors) return { processes: [], root };
  const index = indexGraph(linked.policies.graph);
  const processes = startable.flatMap(({ component, program, item }): readonly PolicyProcess[] => {
    const values = secrets?.get(component.id);
    if (isGiven(component.id) && !values) return [];
    const config = configOf(linked, component, item, root, sink, values ?? new Map());
    if (!config) return [];
    return [
      {
        moniker: component.moniker,
        display: item.entry.display,
        program,
        config,
        url: component.url ?? '',
        ports: endpointsOf(program).map((e) => e.port),
        slots: peersOf(index, component.id),
      },
    ];
  });
  return { processes, root };
}

export interface Given {
  /** Whether a component is given secrets of vaults. */
  readonly isGiven: (id: ComponentId) => boolean;
  /** Their values. */
  readonly secrets?: PolicySecrets | undefined;
}

export interface ToStart {
  readonly processes: readonly PolicyProcess[];
  /** The root config that they are given some of. */
  readonly root: JsonObject;
}

interface Running {
  readonly component: Component;
  readonly program: LoweredProgram;
  readonly item: PolicyToStart;
}

function canRun(component: Component, { scope, entry }: PolicyToStart, sink: Sink): boolean {
  const program = component.program;
  if (!program) return false;
  const about = { policy: entry.ref, scope: scope.moniker };
  if (!('path' in program)) {
    const kind = 'vm' in program ? 'vm' : 'image';
    sink.report(D.policyNeedsContainer({ ...about, kind }, { at: entry.useAt, label: 'this policy' }));
    return false;
  }
  const mount = program.mounts?.find((m) => m['kind'] !== 'file');
  if (!mount) return true;
  const shown = mount['kind'] === 'framework' ? `framework capability \`${String(mount['capability'])}\`` : 'storage';
  sink.report(D.policyMountsStorage({ ...about, mount: shown }, { at: entry.useAt, label: 'this policy' }));
  return false;
}

/** Only leaves that some program of a policy really uses are asked for; symbolic references demand nothing. */
function rootValues(linked: Linked, running: readonly Running[], input: GivenConfig, sink: Sink): JsonObject {
  if (!linked.rootSchema) return {};
  const users = new Map<string, Set<PolicyToStart>>();
  for (const { component, program, item } of running) {
    const space = linked.policies.spaces[component.id];
    if (!space) continue;
    for (const path of rootPathsOfProgram(program, space)) users.set(path, (users.get(path) ?? new Set()).add(item));
  }
  const needed = [...users.keys()].sort();
  const { config, missing, problems } = readRootConfig({
    schema: linked.rootSchema,
    needed,
    env: input.env ?? {},
    ...(input.file === undefined ? {} : { file: input.file }),
  });
  const usersOf = (path: string): readonly PolicyToStart[] =>
    [...users]
      .filter(([used]) => used === '' || used === path || path.startsWith(`${used}.`) || used.startsWith(`${path}.`))
      .flatMap(([, items]) => [...items]);
  for (const { path, env } of missing) {
    const needing = usersOf(path);
    const policies =
      needing.length === 0 ? 'a policy' : [...new Set(needing.map((u) => `policy \`${u.entry.display}\``))].join(', ');
    sink.report(
      D.missingRootConfig({ path, env, policies }, { at: needing[0]?.entry.at, label: 'needed by this policy' }),
    );
  }
  for (const { path, message } of problems) {
    sink.report(
      D.invalidRootConfig(
        { path, reason: message },
        { at: usersOf(path)[0]?.entry.at, label: 'needed by this policy' },
      ),
    );
  }
  return config;
}

function configOf(
  linked: Linked,
  component: Component,
  { scope, entry }: PolicyToStart,
  root: JsonObject,
  sink: Sink,
  values: ReadonlyMap<string, string>,
): JsonObject | undefined {
  const space = linked.policies.spaces[component.id];
  if (!space?.schema) return {};
  const { value, problems } = evaluateConfig(space.value, withSecrets(linked.rootSchema, root, values).config);
  const filled = applyDefaults(space.schema, isObject(value) ? value : {});
  const { config } = withSecrets(space.schema, filled, values);
  // What is missing was asked for before, as far as a program uses it.
  const invalid = validateValue(space.schema, config).filter((p) => p.keyword !== 'required');
  const shown = values.size === 0 ? messageOf : withoutParts(filled);
  const faults = [...problems, ...new Set(invalid.map(shown))];
  for (const reason of faults) {
    const about = { policy: entry.ref, scope: scope.moniker, reason };
    sink.report(D.policyConfigInvalid(about, { at: entry.useAt, label: 'config of this policy' }));
  }
  return faults.length > 0 ? undefined : config;
}

const messageOf = ({ pointer, message }: ValueProblem): string =>
  pointer.length === 0 ? message : `\`${pointer.join('.')}\`: ${message}`;

/** Keys within the value of a secret are a part of it. */
const withoutParts =
  (before: JsonObject) =>
  (problem: ValueProblem): string => {
    let known: JsonValue | undefined = before;
    for (const [i, step] of problem.pointer.entries()) {
      known =
        isObject(known) || Array.isArray(known)
          ? own(known as Readonly<Record<string, JsonValue>>, String(step))
          : undefined;
      if (known === undefined || typeof known === 'string')
        return messageOf({
          ...problem,
          pointer: problem.pointer.slice(0, i + 1),
          message: i + 1 === problem.pointer.length ? problem.message : 'a part of it does not fit',
        });
    }
    return messageOf(problem);
  };

export const endpointsOf = (program: LoweredProgram): readonly LoweredEndpoint[] =>
  ('vm' in program ? program.vm.network?.endpoints : program.network?.endpoints) ?? [];

/** Where the slots of a policy's component lead. */
function peersOf(index: GraphIndex, consumer: ComponentId): Readonly<Record<string, readonly PolicyPeer[]>> {
  const slots: Record<string, PolicyPeer[]> = {};
  const { components, edges } = index.graph;
  for (const number of edgesInto(index, consumer)) {
    const { from, to } = edges[number] as Edge;
    if (from.kind !== 'component') continue;
    const provider = componentAt(components, from.component);
    const name = own(provider.provides, from.provide)?.endpoint;
    const endpoint = provider.program && endpointsOf(provider.program).find((e) => e.name === name);
    if (!endpoint) continue;
    const peers = own(slots, to.slot) ?? [];
    slots[to.slot] = peers;
    peers.push({ moniker: provider.moniker, port: endpoint.port, protocol: endpoint.protocol });
  }
  return slots;
}
