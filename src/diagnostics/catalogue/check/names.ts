/** Names that a manifest gives. */
import { type Definition, define } from '../../define.ts';
import { type Near, proposal } from '../near.ts';

export const invalidName: Definition<{ what: string; name: string }> = define('check/invalid-name', {
  severity: 'error',
  title: 'name has a dot in it',
  aliases: ['manifest::invalid_name'],
  message: (a) =>
    `${a.what} name \`${a.name}\` has a dot, which separates a component from its capability in references`,
  help: (a) => `rename it, for example to \`${a.name.replaceAll('.', '-')}\``,
});

export const controlInName: Definition<{ what: string; name: string }> = define('check/control-in-name', {
  severity: 'error',
  title: 'name has a control character in it',
  message: (a) =>
    `${a.what} name ${JSON.stringify(a.name)} has a control character, or one that turns the direction of text`,
  help: 'take the character out of the name',
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
