/** Templates of children that a program starts. */
import { type Definition, define } from '../../define.ts';
import { type Near, proposal } from '../near.ts';

type Nothing = Readonly<Record<string, never>>;

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
  title: 'binding of a child template is not a selector',
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
