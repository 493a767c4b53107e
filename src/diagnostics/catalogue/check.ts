import { type Definition, define } from '../define.ts';

type Nothing = Readonly<Record<string, never>>;

/** A name the author may have meant, when one is close enough. */
interface Near {
  readonly near?: string | undefined;
}

const proposal = (a: Near, otherwise: string, write: (name: string) => string = (name) => name): string =>
  a.near === undefined ? otherwise : `did you mean \`${write(a.near)}\`? Otherwise ${otherwise}`;

// ---- versions and features ----------------------------------------------------------------------------------------------

export const unsupportedVersion: Definition<{ version: string }> = define('check/unsupported-version', {
  severity: 'error',
  title: 'manifest_version is outside the supported range',
  aliases: ['manifest::unsupported_version'],
  message: (a) =>
    `manifest version \`${a.version}\` is not supported; this compiler reads 0.1.0 up to, not including, 1.0.0, and no pre-release`,
  help: 'write `manifest_version: "0.4.0"`, or use a compiler that knows this version',
});

export const programSyntaxRequiresVersion: Definition<{ syntax: 'when' | 'each'; needs: string; version: string }> =
  define('check/program-syntax-requires-version', {
    severity: 'error',
    title: 'program uses `when` or `each` before the manifest version that has it',
    aliases: ['manifest::program_syntax_requires_manifest_version'],
    message: (a) =>
      `\`${a.syntax}\` in a program needs manifest version ${a.needs} or later, and this manifest is ${a.version}`,
    help: (a) => `raise \`manifest_version\` to "${a.needs}", or write the program without \`${a.syntax}\``,
  });

export const featureRequiresVersion: Definition<{ section: 'use' | 'policies' | 'overlays'; version: string }> = define(
  'check/feature-requires-version',
  {
    severity: 'error',
    title: 'policies are used before the manifest version that has them',
    aliases: ['manifest::feature_requires_manifest_version', 'manifest::section_requires_feature'],
    message: (a) => `\`${a.section}\` needs manifest version 0.4.0 or later, and this manifest is ${a.version}`,
    help: (a) =>
      `raise \`manifest_version\` to "0.4.0"${a.section === 'overlays' ? '' : ', or list "governance" in `experimental_features`'}`,
  },
);

// ---- config -------------------------------------------------------------------------------------------------------------

export const invalidConfigSchema: Definition<{ problem: string }> = define('check/invalid-config-schema', {
  severity: 'error',
  title: 'config_schema is outside the supported profile of JSON Schema',
  aliases: ['manifest::invalid_config_schema'],
  message: (a) => `invalid config schema: ${a.problem}`,
});

// ---- names --------------------------------------------------------------------------------------------------------------

export const invalidName: Definition<{ what: string; name: string }> = define('check/invalid-name', {
  severity: 'error',
  title: 'name has a dot in it',
  aliases: ['manifest::invalid_name'],
  message: (a) =>
    `${a.what} name \`${a.name}\` has a dot, which separates a component from its capability in references`,
  help: (a) => `rename it, for example to \`${a.name.replaceAll('.', '-')}\``,
});

export const ambiguousCapabilityName: Definition<{ name: string }> = define('check/ambiguous-capability-name', {
  severity: 'error',
  title: 'one name is both a slot and a provide',
  aliases: ['manifest::ambiguous_capability_name'],
  message: (a) => `\`${a.name}\` is a slot and a provide of this manifest, so a reference to it has two meanings`,
  help: 'rename one of the two',
});

export const unknownPolicyUse: Definition<{ use: string; isComponent: boolean } & Near> = define(
  'check/unknown-policy-use',
  {
    severity: 'error',
    title: 'policy reference names something that is not under `use`',
    aliases: ['manifest::unknown_overlay_use', 'manifest::unknown_policy_use'],
    message: (a) =>
      `\`${a.use}\` is not under \`use\`${a.isComponent ? '; it is a component of the scenario, which cannot be a policy' : ''}`,
    help: (a) => proposal(a, `add \`${a.use}\` to \`use\` with the manifest of the policy`),
  },
);

// ---- environments -------------------------------------------------------------------------------------------------------

interface UnknownEnvironment extends Near {
  readonly environment: string;
}
const declareEnvironment = (a: UnknownEnvironment): string =>
  proposal(a, `declare \`${a.environment}\` under \`environments\``);

export const unknownEnvironmentExtends: Definition<UnknownEnvironment & { by: string }> = define(
  'check/unknown-environment-extends',
  {
    severity: 'error',
    title: 'environment extends one that does not exist',
    aliases: ['manifest::unknown_environment_extends'],
    message: (a) => `environment \`${a.by}\` extends \`${a.environment}\`, which this manifest does not declare`,
    help: (a) => declareEnvironment(a),
  },
);

export const environmentCycle: Definition<{ cycle: readonly string[] }> = define('check/environment-cycle', {
  severity: 'error',
  title: 'environments extend each other in a circle',
  aliases: ['manifest::environment_cycle'],
  message: (a) => `environments extend each other in a circle: ${a.cycle.map((name) => `\`${name}\``).join(' → ')}`,
  help: 'remove one `extends` of the circle; an environment needs a first one to build on',
});

export const unknownComponentEnvironment: Definition<UnknownEnvironment & { component: string }> = define(
  'check/unknown-component-environment',
  {
    severity: 'error',
    title: 'component asks for an environment that does not exist',
    aliases: ['manifest::unknown_component_environment'],
    message: (a) =>
      `component \`${a.component}\` is resolved in environment \`${a.environment}\`, which this manifest does not declare`,
    help: (a) => declareEnvironment(a),
  },
);

export const unknownUseEnvironment: Definition<UnknownEnvironment & { use: string }> = define(
  'check/unknown-use-environment',
  {
    severity: 'error',
    title: '`use` entry asks for an environment that does not exist',
    aliases: ['manifest::unknown_use_environment'],
    message: (a) =>
      `\`use\` entry \`${a.use}\` is resolved in environment \`${a.environment}\`, which this manifest does not declare`,
    help: (a) => declareEnvironment(a),
  },
);

// ---- bindings and exports -----------------------------------------------------------------------------------------------

interface UnknownChild extends Near {
  readonly child: string;
  /** The name is there, but under another section. */
  readonly elsewhere?: 'use' | 'child_templates' | undefined;
}
const childHelp = (a: UnknownChild): string => {
  if (a.elsewhere === 'use')
    return 'components under `use` answer for policies only; move it to `components` to wire it';
  if (a.elsewhere === 'child_templates')
    return 'a child template has no instance while compiling; wire it in its own `bindings`';
  return proposal(a, `add \`${a.child}\` to \`components\``, (name) => `#${name}`);
};

export const unknownBindingChild: Definition<UnknownChild> = define('check/unknown-binding-child', {
  severity: 'error',
  title: 'binding names a component that does not exist',
  aliases: ['manifest::unknown_binding_child'],
  message: (a) => `this manifest has no component \`${a.child}\`, so nothing can be bound to it or from it`,
  help: (a) => childHelp(a),
});

export const unknownBindingSource: Definition<{ name: string; what: string; write?: string | undefined } & Near> =
  define('check/unknown-binding-source', {
    severity: 'error',
    title: 'binding takes from a slot or provide that does not exist',
    aliases: ['manifest::unknown_binding_source'],
    message: (a) => `this manifest has no ${a.what} \`${a.name}\` to bind from`,
    help: (a) =>
      a.write === undefined
        ? proposal(a, `declare the ${a.what} \`${a.name}\``)
        : `there is \`${a.write}\`; write that`,
  });

export const unknownBindingResource: Definition<{ name: string } & Near> = define('check/unknown-binding-resource', {
  severity: 'error',
  title: 'binding takes from a resource that does not exist',
  aliases: ['manifest::unknown_binding_resource'],
  message: (a) => `this manifest has no resource \`${a.name}\` to bind from`,
  help: (a) => proposal(a, `declare \`${a.name}\` under \`resources\``),
});

export const unknownFrameworkCapability: Definition<{ name: string } & Near> = define(
  'check/unknown-framework-capability',
  {
    severity: 'error',
    title: 'no such framework capability',
    aliases: ['manifest::unknown_framework_capability'],
    message: (a) => `the framework has no capability \`${a.name}\``,
    help: (a) =>
      proposal(a, 'choose one of `framework.component`, `framework.docker`, `framework.kvm`', (n) => `framework.${n}`),
  },
);

export const frameworkCapabilityRequiresFeature: Definition<{ name: string; feature: string }> = define(
  'check/framework-capability-requires-feature',
  {
    severity: 'error',
    title: 'framework capability is experimental and not switched on',
    aliases: ['manifest::framework_capability_requires_feature'],
    message: (a) => `\`framework.${a.name}\` is experimental and has to be switched on in the manifest that names it`,
    help: (a) => `add "${a.feature}" to \`experimental_features\` of this manifest and of every manifest above it`,
  },
);

export const unknownExportTarget: Definition<
  { export: string; name: string; what: string; write?: string | undefined } & Near
> = define('check/unknown-export-target', {
  severity: 'error',
  title: 'export names a slot or provide that does not exist',
  aliases: ['manifest::unknown_export_target'],
  message: (a) => `export \`${a.export}\` shows ${a.what} \`${a.name}\`, which this manifest does not have`,
  help: (a) =>
    a.name.startsWith('#')
      ? `to show what a component exports, write \`${a.name}.<export>\``
      : a.write === undefined
        ? proposal(a, `declare the ${a.what} \`${a.name}\`, or export something else`)
        : `there is \`${a.write}\`; write that`,
});

export const unknownExportChild: Definition<UnknownChild & { export: string }> = define('check/unknown-export-child', {
  severity: 'error',
  title: 'export names a component that does not exist',
  aliases: ['manifest::unknown_export_child'],
  message: (a) =>
    `export \`${a.export}\` shows something of component \`${a.child}\`, which this manifest does not have`,
  help: (a) => childHelp(a),
});

// ---- provides, resources, endpoints -------------------------------------------------------------------------------------

export const unsupportedProvideKind: Definition<{ name: string }> = define('check/unsupported-provide-kind', {
  severity: 'error',
  title: 'a program cannot provide storage',
  aliases: ['manifest::unsupported_provide_kind'],
  message: (a) => `provide \`${a.name}\` is of kind storage, which no program can serve`,
  help: 'declare storage under `resources`, and pass it on through slots of kind storage',
});

export const missingProvideEndpoint: Definition<{ name: string }> = define('check/missing-provide-endpoint', {
  severity: 'error',
  title: 'provide names no endpoint',
  aliases: ['manifest::missing_provide_endpoint'],
  message: (a) => `provide \`${a.name}\` does not say which endpoint of the program serves it`,
  help: 'add `endpoint: <name>` with the name of an endpoint under `program.network.endpoints`',
});

export const unknownEndpoint: Definition<{ provide: string; endpoint: string; hasProgram: boolean } & Near> = define(
  'check/unknown-endpoint',
  {
    severity: 'error',
    title: 'provide names an endpoint that the program does not have',
    aliases: ['manifest::unknown_endpoint'],
    message: (a) =>
      a.hasProgram
        ? `provide \`${a.provide}\` is served by endpoint \`${a.endpoint}\`, which the program does not have`
        : `provide \`${a.provide}\` is served by endpoint \`${a.endpoint}\`, and this manifest has no program`,
    help: (a) =>
      a.hasProgram
        ? proposal(a, `add \`${a.endpoint}\` to the \`network.endpoints\` of the program`)
        : 'add a program with that endpoint; to pass on what a child serves, export `#child.name` instead',
  },
);

export const duplicateEndpointName: Definition<{ name: string }> = define('check/duplicate-endpoint-name', {
  severity: 'error',
  title: 'two endpoints of a program have one name',
  aliases: ['manifest::duplicate_endpoint_name'],
  message: (a) => `endpoint \`${a.name}\` is declared more than once, so a provide cannot tell which of them serves it`,
  help: 'rename or remove one of them',
});

export const unsupportedResourceKind: Definition<{ name: string; kind: string }> = define(
  'check/unsupported-resource-kind',
  {
    severity: 'error',
    title: 'resource is of a kind other than storage',
    aliases: ['manifest::unsupported_resource_kind'],
    message: (a) => `resource \`${a.name}\` is of kind \`${a.kind}\`; only storage can be a resource`,
    help: (a) => `write \`kind: storage\`, or declare a slot if something of kind \`${a.kind}\` is needed`,
  },
);

// ---- child templates ----------------------------------------------------------------------------------------------------

export const childTemplatesRequireComponentSlot: Definition<Nothing> = define(
  'check/child-templates-require-component-slot',
  {
    severity: 'error',
    title: 'child templates without a slot to start children through',
    aliases: ['manifest::child_templates_require_component_slot'],
    message: () => 'child templates need a slot of kind `component`, through which the program starts the children',
    help: 'declare one under `slots`, for example `realm: {kind: component}`, or remove `child_templates`',
  },
);

export const invalidRealmSelector: Definition<{ selector: string }> = define('check/invalid-realm-selector', {
  severity: 'error',
  title: 'binding of a child template is no selector',
  aliases: ['manifest::invalid_realm_selector', 'manifest::validation_error'],
  message: (a) => `\`${a.selector}\` does not select anything a child could be bound to`,
  help: 'write `slots.x`, `provides.x`, `resources.x`, `external.x` or `children.<child>.exports.<export>`',
});

export const invalidChildTemplate: Definition<{ template: string; what: string; name: string } & Near> = define(
  'check/invalid-child-template',
  {
    severity: 'error',
    title: 'child template refers to something that does not exist',
    aliases: ['manifest::invalid_child_template'],
    message: (a) => `child template \`${a.template}\` binds ${a.what} \`${a.name}\`, which this manifest does not have`,
    help: (a) => proposal(a, `declare the ${a.what} \`${a.name}\``),
  },
);

// ---- mounts -------------------------------------------------------------------------------------------------------------

export const invalidMountSource: Definition<{ source: string }> = define('check/invalid-mount-source', {
  severity: 'error',
  title: 'mount source is of no known form',
  aliases: ['manifest::invalid_mount_source'],
  message: (a) =>
    ['slots', 'resources', 'framework'].includes(a.source.replace(/\.$/, ''))
      ? `mount source \`${a.source}\` does not say which one`
      : `\`${a.source}\` is nothing that can be mounted`,
  help: 'write `config`, `config.<path>`, `slots.<slot>`, `resources.<name>`, `framework.docker` or `framework.kvm`',
});

export const unsupportedMountSource: Definition<Nothing> = define('check/unsupported-mount-source', {
  severity: 'error',
  title: '`framework.component` cannot be mounted',
  aliases: ['manifest::unsupported_mount_source'],
  message: () => '`framework.component` is a service and has no file to mount',
  help: 'bind it to a slot of kind `component` and use the URL of that slot',
});

export const invalidMountPath: Definition<{ path: string; fault: 'relative' | 'parent' }> = define(
  'check/invalid-mount-path',
  {
    severity: 'error',
    title: 'mount path is not an absolute path inside the sandbox',
    aliases: ['manifest::invalid_mount_path'],
    message: (a) =>
      a.fault === 'relative'
        ? `mount path \`${a.path}\` is relative, and a program has no folder it could be relative to`
        : `mount path \`${a.path}\` climbs with \`..\`, so where it ends is not plain to see`,
    help: (a) => (a.fault === 'relative' ? 'start the path with `/`' : 'write the path without `..`'),
  },
);

export const invalidMountConfigPath: Definition<{ path: string; hasSchema: boolean } & Near> = define(
  'check/invalid-mount-config-path',
  {
    severity: 'error',
    title: 'mount source is not in the config schema',
    aliases: ['manifest::invalid_mount_config_path'],
    message: (a) =>
      a.hasSchema
        ? `the config schema of this manifest has no \`${a.path}\` to mount`
        : 'this manifest has no `config_schema`, so there is no config to mount',
    help: (a) =>
      a.hasSchema
        ? proposal(a, `declare \`${a.path}\` in \`config_schema\``, (name) => `config.${name}`)
        : 'declare a `config_schema`',
  },
);

export const unknownMountSlot: Definition<{ name: string } & Near> = define('check/unknown-mount-slot', {
  severity: 'error',
  title: 'mount names a slot that does not exist',
  aliases: ['manifest::unknown_mount_slot'],
  message: (a) => `this manifest has no slot \`${a.name}\` to mount`,
  help: (a) => proposal(a, `declare \`${a.name}\` under \`slots\` with \`kind: storage\``, (name) => `slots.${name}`),
});

export const mountSlotRequiresStorage: Definition<{ name: string; kind: string }> = define(
  'check/mount-slot-requires-storage',
  {
    severity: 'error',
    title: 'mounted slot is not storage',
    aliases: ['manifest::mount_slot_requires_storage'],
    message: (a) => `slot \`${a.name}\` is of kind \`${a.kind}\`, which is reached by URL and cannot be mounted`,
    help: (a) => `use \`\${slots.${a.name}.url}\` in the program, or make the slot \`kind: storage\``,
  },
);

export const unknownMountResource: Definition<{ name: string } & Near> = define('check/unknown-mount-resource', {
  severity: 'error',
  title: 'mount names a resource that does not exist',
  aliases: ['manifest::unknown_mount_resource'],
  message: (a) => `this manifest has no resource \`${a.name}\` to mount`,
  help: (a) => proposal(a, `declare \`${a.name}\` under \`resources\``, (name) => `resources.${name}`),
});

export const duplicateMountName: Definition<{ name: string }> = define('check/duplicate-mount-name', {
  severity: 'error',
  title: 'two mounts have one name',
  aliases: ['manifest::duplicate_mount_name'],
  message: (a) => `mount name \`${a.name}\` is given more than once`,
  help: 'give every mount its own name, or none',
});

export const duplicateMountPath: Definition<{ path: string }> = define('check/duplicate-mount-path', {
  severity: 'error',
  title: 'two mounts have one path',
  aliases: ['manifest::duplicate_mount_path'],
  message: (a) => `mount path \`${a.path}\` is given more than once, so one mount would hide the other`,
  help: 'mount each source at its own path',
});

// ---- required content of a program --------------------------------------------------------------------------------------

export const emptyEntrypoint: Definition<Nothing> = define('check/empty-entrypoint', {
  severity: 'error',
  title: 'image program has no command',
  aliases: ['manifest::empty_entrypoint'],
  message: () =>
    'an image program needs an `entrypoint` of at least one word; the command built into the image is never used',
  help: 'write the command to run, for example `entrypoint: ["/app/serve", "--port", "8080"]`',
});

export const emptyProgramPath: Definition<Nothing> = define('check/empty-program-path', {
  severity: 'error',
  title: 'program path is blank',
  aliases: ['manifest::empty_program_path'],
  message: () => '`path` is blank, so there is no program to start',
  help: 'write the path of an executable, relative to this manifest or absolute',
});

export const emptyVmImage: Definition<Nothing> = define('check/empty-vm-image', {
  severity: 'error',
  title: 'virtual machine has no image',
  aliases: ['manifest::empty_vm_image'],
  message: () => '`vm.image` is blank, so there is nothing to boot',
  help: 'write the path of a disk image',
});

export const invalidVmCpus: Definition<Nothing> = define('check/invalid-vm-cpus', {
  severity: 'error',
  title: 'virtual machine without a processor',
  aliases: ['manifest::invalid_vm_cpus'],
  message: () => '`vm.cpus` is 0, and a virtual machine needs at least one processor',
  help: 'write 1 or more',
});

export const invalidVmMemoryMib: Definition<Nothing> = define('check/invalid-vm-memory-mib', {
  severity: 'error',
  title: 'virtual machine without memory',
  aliases: ['manifest::invalid_vm_memory_mib'],
  message: () => '`vm.memory_mib` is 0, and a virtual machine needs memory to boot',
  help: 'write the memory in mebibytes, for example 512',
});
