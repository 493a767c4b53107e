/** Bindings and exports that name what is not there. */
import { type Definition, define } from '../../define.ts';
import { type Near, proposal } from '../near.ts';

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
