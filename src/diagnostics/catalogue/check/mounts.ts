/** What a program mounts, and where. */
import { type Definition, define } from '../../define.ts';
import { type Near, proposal } from '../near.ts';

type Nothing = Readonly<Record<string, never>>;

export const invalidMountSource: Definition<{ source: string }> = define('check/invalid-mount-source', {
  severity: 'error',
  title: 'mount source has no known form',
  aliases: ['manifest::invalid_mount_source'],
  message: (a) =>
    ['slots', 'resources', 'framework'].includes(a.source.replace(/\.$/, ''))
      ? `mount source \`${a.source}\` does not say which one`
      : `\`${a.source}\` cannot be mounted`,
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
