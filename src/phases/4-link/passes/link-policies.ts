import { sortedBy } from '../../../base/order.ts';
import { at, emptyRange } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ConfigSpace } from '../../../ir/config.ts';
import type { Manifest, PolicyRef } from '../../../ir/manifest.ts';
import type { TreeNode } from '../../../ir/tree.ts';
import { composeConfig } from '../../../language/config/compose.ts';
import { indexOf } from '../../../language/manifest-index.ts';
import { showCapability } from '../capability.ts';
import type { Instance } from '../instance.ts';
import { listNames } from '../names.ts';
import { configPlace, notGiven } from './compose-configs.ts';

/** One line of a policy list, on its way to its place in `Linked`. */
export interface PolicyUse {
  readonly scope: Instance;
  readonly ref: PolicyRef;
  /** The instance of the `use` entry, a child of the policy scenario's root. */
  readonly policy: TreeNode;
}

export interface PolicyForest {
  readonly root: TreeNode;
  readonly uses: readonly PolicyUse[];
  /** Config of each policy, composed against its scope. */
  readonly configs: ReadonlyMap<TreeNode, ConfigSpace>;
  /** For people: `<scope>/<use>`. */
  readonly labels: ReadonlyMap<TreeNode, string>;
}

/**
 * Builds the tree of the policy scenario: one instance for each scope and `use` entry that its list names, called
 * `use_<scope>_<use>`, and composes the config of each against its scope.
 */
export function plantPolicies(instances: readonly Instance[], sink: Sink): PolicyForest {
  const root: TreeNode = {
    name: '',
    loaded: { manifest: emptyManifest, url: 'overlays://root', display: '' },
    children: [],
    use: [],
    templates: [],
  };
  const uses: PolicyUse[] = [];
  const configs = new Map<TreeNode, ConfigSpace>();
  const labels = new Map<TreeNode, string>();
  const scopes = instances.filter((instance) => instance.manifest.policies.length > 0);
  for (const [scopeIndex, scope] of scopes.entries()) {
    const named = new Set(scope.manifest.policies.map((ref) => ref.use));
    const planted = new Map<string, TreeNode>();
    const used = sortedBy(scope.node.use, (node) => node.name).filter((node) => named.has(node.name));
    for (const [useIndex, node] of used.entries()) {
      const policy: TreeNode = { ...node, name: `use_${scopeIndex}_${useIndex}`, parent: root };
      root.children.push(policy);
      planted.set(node.name, policy);
      labels.set(policy, `${scope.moniker === '/' ? '' : scope.moniker}/${node.name}`);
      configs.set(policy, composePolicyConfig(scope, node, sink));
    }
    for (const ref of scope.manifest.policies) {
      const policy = planted.get(ref.use);
      if (policy) uses.push({ scope, ref, policy });
    }
  }
  return { root, uses, configs, labels };
}

const emptyManifest: Manifest = {
  file: '',
  range: emptyRange,
  version: { value: '0.4.0', range: emptyRange },
  features: [],
  components: [],
  use: [],
  environments: [],
  slots: [],
  provides: [],
  resources: [],
  childTemplates: [],
  bindings: [],
  policies: [],
  spelling: 'overlays',
  exports: [],
  sections: new Map(),
  digest: '',
};

function composePolicyConfig(scope: Instance, node: TreeNode, sink: Sink): ConfigSpace {
  const { manifest } = node.loaded;
  const schema = indexOf(manifest).schema;
  const authored = node.decl?.config;
  if (!scope.configOk) return { value: { kind: 'literal', value: {} }, schema };
  const { value, problems } = composeConfig({ authored, parent: scope.space, schema, policy: true });
  for (const problem of problems) {
    if (!node.decl) continue;
    const related = manifest.configSchema
      ? [{ message: 'config definition of the policy here', at: at(manifest.file, manifest.configSchema.range) }]
      : [];
    sink.report(
      D.invalidPolicyConfig(
        { policy: node.name, reason: problem.message },
        {
          at: configPlace(scope.manifest.file, node.decl, problem),
          label: problem.missing ? notGiven(problem.missing.path) : 'invalid policy config here',
          related,
        },
      ),
    );
  }
  return { value, schema };
}

/** Where a policy reference leads: the component that answers, and its endpoint. */
export interface PolicyEndpoint {
  readonly instance: Instance;
  readonly port: number;
  readonly protocol: 'http' | 'https';
}

/** Follows one list entry to a provide of the right type behind an http endpoint; reports and answers undefined else. */
export function resolvePolicy(use: PolicyUse, policy: Instance, sink: Sink): PolicyEndpoint | undefined {
  const { ref, scope } = use;
  const label = policy.policy?.label ?? ref.use;
  const place = { at: at(scope.manifest.file, ref.range), label: 'named here' };
  const found = policy.exports.get(ref.export);
  if (!found) {
    const { exports } = policy;
    const help =
      found === null
        ? undefined
        : exports.size === 0
          ? 'the policy exports nothing'
          : `it exports ${listNames(exports)}`;
    sink.report(D.policyExportUnresolved({ policy: label, name: ref.export }, { ...place, help }));
    return undefined;
  }
  const profile = scope.manifest.spelling === 'policies' ? 'policy' : 'overlay';
  const args = { policy: label, name: ref.export, profile };
  if (found.kind === 'slot') {
    const related = [{ message: 'leads to this slot', at: at(found.instance.manifest.file, found.decl.nameRange) }];
    sink.report(
      D.invalidPolicyExport(
        { ...args, reason: `it leads to slot \`${found.decl.name}\`, and a slot answers nothing` },
        { ...place, related },
      ),
    );
    return undefined;
  }
  const decl = found.instance.index.provides.get(found.name);
  if (!decl) return undefined;
  if (decl.kind !== 'http' || decl.profile !== profile) {
    const related = [{ message: 'leads to this provide', at: at(found.instance.manifest.file, decl.nameRange) }];
    const reason = `provide \`${decl.name}\` is of type ${showCapability(decl)}, and \`${scope.manifest.spelling}\` asks for ${showCapability({ kind: 'http', profile })}`;
    sink.report(D.invalidPolicyExport({ ...args, reason }, { ...place, related }));
    return undefined;
  }
  return endpointOf(
    found.instance,
    decl.endpoint?.value,
    { ...args, place, declAt: at(found.instance.manifest.file, decl.nameRange) },
    sink,
  );
}

interface EndpointContext {
  readonly policy: string;
  readonly name: string;
  readonly profile: string;
  readonly place: { readonly at: ReturnType<typeof at>; readonly label: string };
  readonly declAt: ReturnType<typeof at>;
}

function endpointOf(
  instance: Instance,
  name: string | undefined,
  ctx: EndpointContext,
  sink: Sink,
): PolicyEndpoint | undefined {
  const program = instance.program;
  if (!program) return undefined;
  const network = 'vm' in program ? program.vm.network : program.network;
  const endpoint = network?.endpoints.find((e) => e.name === name);
  if (!endpoint) {
    const related = [{ message: 'declared here', at: ctx.declAt }];
    const reason = `its endpoint \`${name ?? ''}\` does not exist with this config`;
    sink.report(
      D.invalidPolicyExport(
        { policy: ctx.policy, name: ctx.name, profile: ctx.profile, reason },
        { ...ctx.place, related },
      ),
    );
    return undefined;
  }
  if (endpoint.protocol === 'tcp') {
    const decl = instance.manifest.program?.endpoints.find((e) => e.name.source === name);
    const related = decl ? [{ message: 'endpoint declared here', at: at(instance.manifest.file, decl.range) }] : [];
    sink.report(
      D.policyEndpointProtocol({ policy: ctx.policy, protocol: endpoint.protocol }, { ...ctx.place, related }),
    );
    return undefined;
  }
  return { instance, port: endpoint.port, protocol: endpoint.protocol };
}
