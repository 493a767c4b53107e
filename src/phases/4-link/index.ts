/**
 * Phase 4, link. In: the manifest tree. Out: the binding graph without ranges, `Origins` beside it, the config space of every
 * component, and the policy scenario linked the same way. All problems are reported; the answer is undefined when there was an
 * error. Invariants: ids are depth-first pre-order, children by name; edges run straight from true source to a component with a
 * program; no pass recurses along the tree or the graph.
 */
import { jsonPointer } from '../../base/json-pointer.ts';
import { at } from '../../base/span.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { ComponentId } from '../../ir/graph.ts';
import type { Linked, LinkedScenario, PolicyEntry, Scope } from '../../ir/linked.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { ManifestTree, TreeNode } from '../../ir/tree.ts';
import { type Consumer, secretLeaves } from '../../language/config/secret-paths.ts';
import { partsOf } from '../../language/program/texts.ts';
import type { Confinement } from '../../ports/confinement.ts';
import type { Machine } from '../../ports/machine.ts';
import type { Instance } from './instance.ts';
import { runLints } from './lints/run-lints.ts';
import { type Users, usersOf } from './lints/support/users.ts';
import { createNearest, type Nearest } from './names.ts';
import { bindSlots } from './passes/bind-slots.ts';
import { buildGraph } from './passes/build-graph.ts';
import { checkConfigKeys } from './passes/check-config-keys.ts';
import { checkMonikers } from './passes/check-monikers.ts';
import { checkProgramFiles } from './passes/check-program-files.ts';
import { checkProgramPlaces } from './passes/check-program-places.ts';
import { checkPrograms } from './passes/check-programs.ts';
import { checkSecretArguments } from './passes/check-secret-arguments.ts';
import { checkSecretSources } from './passes/check-secret-sources.ts';
import { checkSecrets } from './passes/check-secrets.ts';
import { checkSelfBindings } from './passes/check-self-bindings.ts';
import { checkSlots } from './passes/check-slots.ts';
import { checkStorage } from './passes/check-storage.ts';
import { checkStorageSizes } from './passes/check-storage-sizes.ts';
import { checkTemplates } from './passes/check-templates.ts';
import { collectEdges, type RawEdge } from './passes/collect-edges.ts';
import { composeConfigs } from './passes/compose-configs.ts';
import { checkDependencyCycles } from './passes/dependency-cycles.ts';
import { flatten } from './passes/flatten.ts';
import { type PolicyForest, type PolicyUse, plantPolicies, resolvePolicy } from './passes/link-policies.ts';
import { lowerAllResources } from './passes/lower-resources.ts';
import { resolveExports } from './passes/resolve-exports.ts';
import { resolveSlots } from './passes/resolve-slots.ts';
import { type ResolvedExport, scenarioExports } from './passes/scenario-exports.ts';
import type { SecretChecks } from './secret-checks.ts';

export interface LinkOptions {
  /** Monikers of the components that the settings run as tasks. */
  readonly tasks?: readonly string[];
  /** Given where what it lacks is to be told. */
  readonly machine?: Machine;
  /** Given where programs are files of this machine. */
  readonly confinement?: Confinement;
  /** Given where secrets of vaults may be named. */
  readonly secretChecks?: SecretChecks | undefined;
}

export function link(
  tree: ManifestTree,
  sink: Sink,
  { tasks = [], machine, confinement, secretChecks }: LinkOptions = {},
): Linked | undefined {
  const main = flatten(tree.root);
  checkMonikers(main, sink);
  secretChecks?.written(tree, sink);
  composeConfigs(main, new Map(), sink);
  const forest = plantPolicies(main, sink);
  checkSecrets(main, sink);
  checkTemplates(main, sink);
  const policies = flatten(forest.root, forest.labels);
  composeConfigs(policies, presets(policies, forest), sink);
  const near = createNearest();
  const whole = [wire(policies, near, sink), wire(main, near, sink)];
  if (whole.includes(false)) return undefined;
  const exports = scenarioExports(main[0] as Instance, sink);
  const scopes = collectScopes(forest.uses, policies, sink);
  const edges = collectEdges(main);
  const policyEdges = collectEdges(policies);
  checkSelfBindings([...edges, ...policyEdges], sink);
  if (!sink.hasErrors) checkDependencyCycles(main, edges, sink);
  if (!sink.hasErrors) checkDependencyCycles(policies, policyEdges, sink);
  lint(main, { edges, users: usersOf([...main, ...policies]), linked: !sink.hasErrors, tasks }, sink);
  checkConfigKeys(main, forest, sink);
  checkSecretSources(main, policies, forest, sink);
  if (confinement) checkProgramPlaces([...main, ...policies], confinement, sink);
  if (sink.hasErrors) return undefined;
  const rootSchema = main[0]?.index.schema ?? null;
  const consumers = main.map(({ space }) => ({ space }));
  const secrets = secretLeaves(rootSchema, [...consumers, ...hearers(forest, policies)]);
  checkSecretArguments(main, [...secrets, ...(secretChecks?.given(tree) ?? [])], sink);
  secretChecks?.composed([...main, ...policies], sink);
  checkStorageSizes(main, sink);
  if (machine) checkProgramFiles(main, machine, sink);
  if (sink.hasErrors) return undefined;
  return {
    ...toScenario(main, edges, exports),
    rootSchema,
    secrets,
    scopes,
    policies: toScenario(policies, policyEdges, []),
  };
}

/** The passes that a tree goes through on its own. Each reports everything it finds; false when there is no going on. */
function wire(instances: readonly Instance[], near: Nearest, sink: Sink): boolean {
  lowerAllResources(instances, sink);
  checkPrograms(instances, sink);
  resolveExports(instances, near, sink);
  const spoilt = bindSlots(instances, near, sink);
  if (!resolveSlots(instances, sink)) return false;
  checkSlots(instances, spoilt, sink);
  checkStorage(instances, sink);
  return true;
}

function presets(policies: readonly Instance[], forest: PolicyForest): ReadonlyMap<Instance, ConfigSpace> {
  const out = new Map<Instance, ConfigSpace>();
  for (const instance of policies[0]?.children ?? []) {
    const space = forest.configs.get(instance.node);
    if (space) out.set(instance, space);
  }
  return out;
}

/** Policies and what they are made of, each with the config that the references in its own are looked up in. */
function hearers({ uses }: PolicyForest, policies: readonly Instance[]): readonly Consumer[] {
  const scopes = new Map(uses.map(({ policy, scope }) => [policy, scope.space]));
  return policies.map(({ space, policy }) => ({ space, scope: policy ? scopes.get(policy.node) : undefined }));
}

function collectScopes(uses: readonly PolicyUse[], policies: readonly Instance[], sink: Sink): readonly Scope[] {
  const byNode = new Map<TreeNode, Instance>((policies[0]?.children ?? []).map((i) => [i.node, i]));
  const scopes = new Map<Instance, PolicyEntry[]>();
  for (const use of uses) {
    const policy = byNode.get(use.policy);
    const target = policy && resolvePolicy(use, policy, sink);
    const entries = scopes.get(use.scope) ?? [];
    scopes.set(use.scope, entries);
    if (policy && target) entries.push(toEntry(use, policy, target));
  }
  return [...scopes].map(([scope, entries]) => ({
    component: scope.id as ComponentId,
    moniker: scope.moniker,
    spelling: scope.manifest.spelling,
    entries,
  }));
}

function toEntry(use: PolicyUse, policy: Instance, target: NonNullable<ReturnType<typeof resolvePolicy>>): PolicyEntry {
  const file = use.scope.manifest.file;
  const members: ComponentId[] = [];
  const stack = [policy];
  for (let next = stack.pop(); next; next = stack.pop()) {
    members.push(next.id as ComponentId);
    stack.push(...next.children);
  }
  return {
    ref: use.ref.text,
    use: use.ref.use,
    at: at(file, use.ref.range),
    pointer: jsonPointer([use.scope.manifest.spelling, use.scope.manifest.policies.indexOf(use.ref)]),
    useAt: at(file, policy.node.decl?.refRange ?? use.ref.range),
    display: policy.policy?.label ?? use.ref.use,
    digest: policy.manifest.digest,
    source: policy.node.loaded.display,
    component: target.instance.id as ComponentId,
    port: target.port,
    protocol: target.protocol,
    members: members.sort((a, b) => a - b),
  };
}

interface LintFacts {
  readonly edges: readonly RawEdge[];
  readonly users: Users;
  readonly linked: boolean;
  readonly tasks: readonly string[];
}

function lint(instances: readonly Instance[], { edges, users, linked, tasks }: LintFacts, sink: Sink): void {
  const fedFromOutside = new Set<Instance>();
  if (linked) {
    for (const { source, slot } of edges) {
      if (source.kind === 'external' && usesSlot(slot.instance.manifest, slot.decl.name))
        fedFromOutside.add(slot.instance);
    }
  }
  const monikers = new Set(tasks);
  // To look a moniker up is to read it, and those of a deep chain are long.
  const asked = monikers.size === 0 ? [] : instances.filter((i) => monikers.has(i.moniker));
  const taskManifests = new Set(asked.map((i) => i.manifest));
  const done = new Set<string>();
  const keys = new Map<unknown, number>();
  for (const instance of instances) {
    const weak = linked ? weaklyFed(instance) : noSlots;
    const outside = fedFromOutside.has(instance);
    const number = keys.get(instance.manifest) ?? keys.size;
    keys.set(instance.manifest, number);
    const key = `${number} ${instance.parent === null} ${outside} ${[...weak].sort().join(' ')}`;
    if (done.has(key)) continue;
    done.add(key);
    runLints(
      {
        manifest: instance.manifest,
        moniker: instance.moniker,
        isRoot: instance.parent === null,
        linked,
        weaklyFedSlots: weak,
        feedsProgramFromOutside: outside,
        isTask: taskManifests.has(instance.manifest),
        users,
      },
      sink,
    );
  }
}

const noSlots: ReadonlySet<string> = new Set();

function weaklyFed({ slots }: Instance): ReadonlySet<string> {
  let names: Set<string> | undefined;
  for (const { sources, decl } of slots.values()) {
    if (!sources.some(({ weak }) => weak)) continue;
    names ??= new Set();
    names.add(decl.name);
  }
  return names ?? noSlots;
}

/** Some text, condition or repetition of the program reads the slot. */
function usesSlot({ program }: Manifest, name: string): boolean {
  if (!program) return false;
  const { texts, guards } = partsOf(program);
  const names = (path: string): boolean => path === '' || path === name || path.startsWith(`${name}.`);
  return (
    texts.some(({ template }) => template.pieces.some((piece) => piece.kind === 'slots' && names(piece.path))) ||
    guards.some(({ when, each }) => [when, each].some((guard) => guard?.kind === 'slots' && names(guard.path)))
  );
}

function toScenario(
  instances: readonly Instance[],
  edges: readonly RawEdge[],
  exports: readonly ResolvedExport[],
): LinkedScenario {
  return { spaces: instances.map((instance) => instance.space), ...buildGraph(instances, edges, exports) };
}
