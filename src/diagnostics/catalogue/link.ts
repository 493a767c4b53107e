import { define } from '../define.ts';

export const unknownSlot = define('link/unknown-slot', {
  severity: 'error',
  title: 'binding names a slot that its target does not declare',
  aliases: ['linker::unknown_slot'],
  message: (a: { component: string; slot: string }) => `${a.component} has no slot \`${a.slot}\``,
});

export const notExported = define('link/not-exported', {
  severity: 'error',
  title: 'binding takes something that the child does not export',
  aliases: ['linker::not_exported'],
  message: (a: { component: string; name: string }) => `${a.component} does not export \`${a.name}\``,
});

export const invalidExport = define('link/invalid-export', {
  severity: 'error',
  title: 'export leads to nothing that can be exported',
  aliases: ['linker::invalid_export'],
  message: (a: { component: string; name: string; reason: string }) =>
    `export \`${a.name}\` of ${a.component} cannot be resolved: ${a.reason}`,
});

export const exportUnboundSlot = define('link/export-unbound-slot', {
  severity: 'error',
  title: 'scenario export leads to an unbound slot',
  aliases: ['linker::export_unbound_slot'],
  message: (a: { name: string; component: string; slot: string }) =>
    `export \`${a.name}\` leads to slot \`${a.slot}\` of ${a.component}, which is not bound`,
  help: (a) => `bind something to \`${a.slot}\`, or export a provide instead`,
});

export const typeMismatch = define('link/type-mismatch', {
  severity: 'error',
  title: 'kind or profile of the two ends of a binding differ',
  aliases: ['linker::type_mismatch'],
  message: (a: { component: string; slot: string; wanted: string; given: string }) =>
    `slot \`${a.slot}\` of ${a.component} expects ${a.wanted}, and is given ${a.given}`,
  help: (a) => `bind something of type ${a.wanted}; kind and profile must both be equal`,
});

const counted = (range: string): string => `${range} ${range === '1' ? 'connection' : 'connections'}`;

export const slotRangeMismatch = define('link/slot-range-mismatch', {
  severity: 'error',
  title: 'binding forwards more or fewer connections than the slot accepts',
  aliases: ['linker::slot_range_mismatch'],
  message: (a: { component: string; slot: string; wanted: string; given: string }) =>
    `slot \`${a.slot}\` of ${a.component} accepts ${counted(a.wanted)}, and this binding forwards ${a.given}`,
  help: (a) =>
    a.wanted.endsWith('*') || !a.given.endsWith('*')
      ? `mark the binding \`weak: true\` if the component can do without, or declare slot \`${a.slot}\` with \`optional: true\``
      : `declare slot \`${a.slot}\` with \`multiple: true\` and repeat over it with \`each\`, or forward a slot that takes one connection`,
});

export const duplicateBindingTarget = define('link/duplicate-binding-target', {
  severity: 'error',
  title: 'second binding to a slot that takes one',
  aliases: ['linker::duplicate_binding_target'],
  message: (a: { component: string; slot: string }) => `slot \`${a.slot}\` of ${a.component} is bound more than once`,
  help: (a) => `remove one of the bindings, or declare \`${a.slot}\` with \`multiple: true\``,
});

export const unboundSlot = define('link/unbound-slot', {
  severity: 'error',
  title: 'required slot has no binding',
  aliases: ['linker::unbound_slot'],
  message: (a: { component: string; slot: string }) => `slot \`${a.slot}\` of ${a.component} is not bound`,
  help: (a) => `bind something to \`${a.slot}\`, or declare it \`optional: true\``,
});

export const slotLeftUnbound = define('link/slot-left-unbound', {
  severity: 'hint',
  title: 'slot that a wrong binding leaves unbound',
  aliases: ['linker::unbound_slot'],
  message: (a: { component: string; slot: string }) =>
    `slot \`${a.slot}\` of ${a.component} stays unbound until the wrong binding is corrected`,
});

export const externalSlotRequiresWeak = define('link/external-slot-requires-weak', {
  severity: 'error',
  title: 'binding of an external root slot is not weak',
  aliases: ['linker::external_slot_requires_weak'],
  message: (a: { external: string; component: string; slot: string }) =>
    `slot \`${a.slot}\` of ${a.component} gets the external root slot \`${a.external}\` through a strong binding`,
  help: 'add `weak: true` to the binding that leaves the root slot: nothing in the scenario can wait for what is outside',
});

export const tooManyRoutes = define('link/too-many-routes', {
  severity: 'error',
  title: 'bindings multiply without bound',
  message: (a: { limit: number }) => `the bindings of the scenario multiply to more than ${a.limit} connections`,
  help: 'a slot with `multiple: true` that is forwarded several times into another doubles at each step; forward it once',
});

export const ambiguousMoniker = define('link/ambiguous-moniker', {
  severity: 'error',
  title: 'two components have one moniker',
  message: (a: { moniker: string }) =>
    `two components are called \`${a.moniker}\`, and a plan could not tell them apart`,
  help: 'give children names that are not empty and hold no slash',
});

export const slotCycle = define('link/slot-cycle', {
  severity: 'error',
  title: 'slots forward to each other in a circle',
  aliases: ['linker::slot_cycle'],
  message: (a: { path: string }) => `slots forward to each other in a circle: ${a.path}`,
  help: 'bind one of the slots to a provide, or declare one of them `optional: true`',
});

export const selfBinding = define('link/self-binding', {
  severity: 'warning',
  title: 'component bound to itself',
  message: (a: { component: string; slot: string; provide: string }) =>
    `slot \`${a.slot}\` of ${a.component} gets \`${a.provide}\` of that same component`,
  help: 'bind another component; if it is to call itself, add `weak: true`, so that it does not wait for interposers on its own edge',
});

export const dependencyCycle = define('link/dependency-cycle', {
  severity: 'error',
  title: 'components wait for each other in a circle',
  aliases: ['linker::dependency_cycle'],
  message: (a: { path: string }) => `components depend on each other in a circle: ${a.path}`,
  help: 'mark one of the bindings `weak: true`, so that its consumer may start first',
});

export const invalidConfig = define('link/invalid-config', {
  severity: 'error',
  title: 'config of a component does not match its schema',
  aliases: ['linker::invalid_config'],
  message: (a: { component: string; reason: string }) => `config of ${a.component}: ${a.reason}`,
});

export const missingConfigGoesHere = define('link/missing-config-goes-here', {
  severity: 'hint',
  title: 'object that config keys are missing from',
  aliases: ['linker::invalid_config'],
  message: (a: { keys: readonly string[] }) => `missing here: ${a.keys.join(', ')}`,
});

export const invalidConfigReference = define('link/invalid-config-reference', {
  severity: 'error',
  title: 'program refers to config that its manifest does not declare',
  aliases: ['linker::invalid_config'],
  message: (a: { component: string; reason: string }) => `program of ${a.component}: ${a.reason}`,
});

export const invalidSlotInterpolation = define('link/invalid-slot-interpolation', {
  severity: 'error',
  title: 'program refers to a slot or item that cannot be used there',
  aliases: ['compiler::invalid_slots_interpolation'],
  message: (a: { component: string; reason: string }) => `program of ${a.component}: ${a.reason}`,
});

export const brokenPolicyProgram = define('link/broken-policy-program', {
  severity: 'warning',
  title: 'program of a policy refers to a slot or item that cannot be used there',
  aliases: ['compiler::invalid_slots_interpolation'],
  message: (a: { component: string; reason: string }) => `${a.component} will not start: ${a.reason}`,
});

export const unsupportedProgram = define('link/unsupported-program', {
  severity: 'error',
  title: 'part of a program cannot be decided at link time',
  aliases: ['linker::unsupported_program'],
  message: (a: { component: string; reason: string }) => `program of ${a.component}: ${a.reason}`,
});

export const unsupportedEndpoint = define('link/unsupported-endpoint', {
  severity: 'error',
  title: 'endpoint cannot be decided at link time',
  aliases: ['linker::unsupported_program_endpoint'],
  message: (a: { component: string; reason: string }) => `endpoint of ${a.component}: ${a.reason}`,
});

export const unsupportedMount = define('link/unsupported-mount', {
  severity: 'error',
  title: 'mount cannot be decided at link time',
  aliases: ['linker::unsupported_program_mount'],
  message: (a: { component: string; reason: string }) => `mount of ${a.component}: ${a.reason}`,
});

export const storageMountRequiresResource = define('link/storage-mount-requires-resource', {
  severity: 'error',
  title: 'mounted storage slot does not lead to exactly one resource',
  aliases: ['linker::storage_mount_requires_resource'],
  message: (a: { component: string; slot: string; reason: string }) =>
    `mounted storage slot \`${a.slot}\` of ${a.component} must lead to exactly one storage resource, and ${a.reason}`,
  help: 'bind it from `resources.<name>`',
});

export const storageResourceFanout = define('link/storage-resource-fanout', {
  severity: 'error',
  title: 'storage resource is mounted more than once',
  aliases: ['linker::storage_resource_fanout'],
  message: (a: { component: string; resource: string; users: number }) =>
    `storage resource \`${a.resource}\` of ${a.component} is mounted in ${a.users} places, and a resource has one user`,
  help: 'declare one resource for each user',
});

export const invalidPolicyConfig = define('link/invalid-policy-config', {
  severity: 'error',
  title: 'config given to a policy does not match its schema',
  aliases: ['compiler::invalid_use_config'],
  message: (a: { policy: string; reason: string }) => `config of policy \`${a.policy}\`: ${a.reason}`,
});

export const policyExportUnresolved = define('link/policy-export-unresolved', {
  severity: 'error',
  title: 'policy reference names an export that leads nowhere',
  aliases: ['compiler::overlay_export_unresolved', 'compiler::policy_export_unresolved'],
  message: (a: { policy: string; name: string }) =>
    `policy \`${a.policy}\` has no export \`${a.name}\` that leads to a provide`,
});

export const invalidPolicyExport = define('link/invalid-policy-export', {
  severity: 'error',
  title: 'policy reference does not lead to a policy capability',
  aliases: ['compiler::invalid_overlay_export', 'compiler::invalid_policy_export'],
  message: (a: { policy: string; name: string; reason: string; profile: string }) =>
    `export \`${a.name}\` of \`${a.policy}\` cannot be asked: ${a.reason}`,
  help: (a) => `export a provide with \`kind: http\` and \`profile: ${a.profile}\``,
});

export const policyEndpointProtocol = define('link/policy-endpoint-protocol', {
  severity: 'error',
  title: 'endpoint of a policy does not speak http',
  message: (a: { policy: string; protocol: string }) =>
    `policy \`${a.policy}\` answers on a \`${a.protocol}\` endpoint, and policies are asked over http`,
  help: 'set `protocol: http` (or `https`) on the endpoint behind the export',
});

export const secretLiteral = define('link/secret-literal', {
  severity: 'warning',
  title: 'secret value is written out in a manifest',
  message: (a: { path: string }) =>
    `\`${a.path}\` is secret, and its value is written out: it will stand in plans and in what policies are shown`,
  help: 'take it from the config of this component: declare it there with `secret: true` and write `${config.…}` here',
});

export const templatePolicies = define('link/template-policies', {
  severity: 'warning',
  title: 'policies of a child template are never asked',
  message: (a: { template: string }) =>
    `child template \`${a.template}\` names a manifest with policies, and nobody asks them: its components are made while the scenario runs`,
  help: 'list the policies in a manifest around the template, where they are asked when the scenario is compiled',
});
