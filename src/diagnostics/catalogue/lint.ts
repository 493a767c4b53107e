import { type Definition, define } from '../define.ts';

type Nothing = Readonly<Record<string, never>>;

export const deprecatedBindingSelfSource: Definition<{ write: string }> = define(
  'lint/deprecated-binding-self-source',
  {
    severity: 'warning',
    title: 'binding takes from `self`',
    aliases: ['manifest::deprecated_binding_self_source'],
    message: () => '`self` as the source of a binding is an old spelling that does not tell a slot from a provide',
    help: (a) => `write \`${a.write}\``,
  },
);

export const deprecatedExportSelfTarget: Definition<{ write: string }> = define('lint/deprecated-export-self-target', {
  severity: 'warning',
  title: 'export shows something of `self`',
  aliases: ['manifest::deprecated_export_self_target'],
  message: () => '`self` as the target of an export is an old spelling that does not tell a slot from a provide',
  help: (a) => `write \`${a.write}\``,
});

export const unusedProgram: Definition<{ moniker: string; serves: boolean; provides: boolean }> = define(
  'lint/unused-program',
  {
    severity: 'warning',
    title: 'program whose provides nobody can reach',
    aliases: ['manifest::unused_program'],
    message: () => 'no binding and no export takes from this program, so nothing in the scenario can reach it',
    help: (a) => {
      if (a.provides) return 'bind or export one of its provides, or remove the program';
      if (a.serves) return 'declare a provide for its endpoint, and bind or export that; or remove the program';
      return `if it is a task, say \`restart: never\` for \`${a.moniker}\` under \`components\` of headgate.yaml; otherwise give it an endpoint and a provide that is bound or exported, or remove the program`;
    },
  },
);

export const unusedSlot: Definition<{ name: string; use: string }> = define('lint/unused-slot', {
  severity: 'warning',
  title: 'required slot that the component does not use',
  aliases: ['manifest::unused_slot'],
  message: (a) => `slot \`${a.name}\` must be bound, and this component does nothing with it`,
  help: (a) => `${a.use}, pass it on with \`from: slots.${a.name}\`, or remove the slot`,
});

export const unusedProvide: Definition<{ name: string }> = define('lint/unused-provide', {
  severity: 'warning',
  title: 'provide that is neither bound nor exported',
  aliases: ['manifest::unused_provide'],
  message: (a) => `provide \`${a.name}\` is neither bound to a child nor exported, so nobody can reach it`,
  help: (a) => `export it, for example \`${a.name}: provides.${a.name}\` under \`exports\`, or remove it`,
});

export const unusedUse: Definition<{ name: string; list: 'policies' | 'overlays' }> = define('lint/unused-use', {
  severity: 'warning',
  title: '`use` entry that no policy reference names',
  aliases: ['manifest::unused_use'],
  message: (a) => `\`${a.name}\` is under \`use\`, and no entry of \`${a.list}\` names it, so it is never asked`,
  help: (a) => `add \`"#${a.name}.<export>"\` to \`${a.list}\`, or remove it from \`use\``,
});

export const duplicatePolicyRef: Definition<{ ref: string }> = define('lint/duplicate-policy-ref', {
  severity: 'hint',
  title: 'policy named twice in one list',
  message: (a) =>
    `policy \`${a.ref}\` is in the list already; it is asked once for each entry, and both answers are applied`,
  help: 'remove the repeat unless both answers are wanted',
});

export const duplicateEnvironmentResolver: Definition<{ environment: string; resolver: string }> = define(
  'lint/duplicate-environment-resolver',
  {
    severity: 'warning',
    title: 'resolver named twice in one environment',
    aliases: ['manifest::duplicate_environment_resolver'],
    message: (a) =>
      `resolver \`${a.resolver}\` is in environment \`${a.environment}\` already; the repeat has no effect`,
    help: 'remove the repeat',
  },
);

export const configLintIncomplete: Definition<Nothing> = define('lint/config-lint-incomplete', {
  severity: 'warning',
  title: 'config schema that cannot be listed in full',
  aliases: ['manifest::config_lint_incomplete'],
  message: () =>
    'references make this config schema endless or too large to list, so unused and optional config is not looked for',
  help: 'write the levels of the schema out, or use fewer references',
});

export const unusedConfig: Definition<{ path: string; governed: boolean }> = define('lint/unused-config', {
  severity: 'warning',
  title: 'config that the component does not use',
  aliases: ['manifest::unused_config'],
  message: (a) =>
    a.governed
      ? `config \`${a.path}\` is declared and never used here, so it counts only for interposers that a policy of the list gives it to`
      : `config \`${a.path}\` is declared and never used, so setting it changes nothing`,
  help: (a) =>
    a.governed
      ? `hand it to the policy by name, as \`$\${config.${a.path}}\` in the config of its \`use\` entry; or remove it from \`config_schema\``
      : `use \`\${config.${a.path}}\` in the program or in the config of a child, or remove it from \`config_schema\``,
});

const guard = (path: string): string =>
  `add \`when: config.${path}\` so that it is left out without a value, give \`${path}\` a default, or make it required (and not null)`;

export const optionalCommandConfig: Definition<{ path: string }> = define('lint/optional-command-config', {
  severity: 'warning',
  title: 'command uses config that may be absent',
  aliases: ['manifest::optional_command_config'],
  message: (a) => `the command uses \`config.${a.path}\`, which may have no value; the program cannot be started then`,
  help: (a) => guard(a.path),
});

export const optionalEnvConfig: Definition<{ path: string; variable: string }> = define('lint/optional-env-config', {
  severity: 'warning',
  title: 'environment variable uses config that may be absent',
  aliases: ['manifest::optional_env_config'],
  message: (a) =>
    `variable \`${a.variable}\` uses \`config.${a.path}\`, which may have no value; the program cannot be started then`,
  help: (a) => guard(a.path),
});

export const optionalMountConfig: Definition<{ path: string }> = define('lint/optional-mount-config', {
  severity: 'warning',
  title: 'mount uses config that may be absent',
  aliases: ['manifest::optional_mount_config'],
  message: (a) => `the mount uses \`config.${a.path}\`, which may have no value; there is nothing to mount then`,
  help: (a) => guard(a.path),
});

const always = (slot: string): string => `remove the \`when\`, or declare \`${slot}\` with \`optional: true\``;

export const requiredSlotWhen: Definition<{ slot: string }> = define('lint/required-slot-when', {
  severity: 'warning',
  title: 'argument depends on a slot that is always bound',
  aliases: ['manifest::required_slot_when'],
  message: (a) => `slot \`${a.slot}\` is required, so this condition is always true and the argument always there`,
  help: (a) => always(a.slot),
});

export const requiredSlotWhenEnv: Definition<{ slot: string }> = define('lint/required-slot-when-env', {
  severity: 'warning',
  title: 'environment variable depends on a slot that is always bound',
  aliases: ['manifest::required_slot_when_env'],
  message: (a) => `slot \`${a.slot}\` is required, so this condition is always true and the variable always there`,
  help: (a) => always(a.slot),
});

export const unknownSchemaKeyword: Definition<{ keyword: string; near: string | undefined }> = define(
  'lint/unknown-schema-keyword',
  {
    severity: 'warning',
    title: 'config schema with a keyword that means nothing',
    message: (a) => `\`${a.keyword}\` is not a keyword of a config schema, so it has no effect`,
    help: (a) =>
      a.near === undefined
        ? 'remove it, or begin its name with `x-` if it is a note for another tool'
        : `did you mean \`${a.near}\`?`,
  },
);
