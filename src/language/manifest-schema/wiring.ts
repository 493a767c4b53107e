/** `bindings`, `exports`, `policies` and `overlays`. */
import { closed, doc, implies, listOf, matching, named, orNull, outdated, type Schema, snippet } from './build.ts';
import * as P from './patterns.ts';

const capabilities = ['component', 'docker', 'kvm'];
const old = (pattern: string, write: string): Schema =>
  outdated(pattern, doc(`\`self\` is the older spelling: ${write}.`));

const target = 'A target is a slot of a child: #child.slot';
const sources = 'A source is #child.export, provides.x, slots.x, resources.x or framework.{component,docker,kvm}';

const short: Schema = {
  properties: {
    to: matching(P.childAndName, target),
    from: {
      ...matching(
        String.raw`^(?:#[^.]+\.[^.]+|(?:provides|slots|resources|self)\.[^.]+|framework\.(?:${capabilities.join('|')}))$`,
        sources,
      ),
      ...old(String.raw`^self\.`, 'write provides.x or slots.x'),
    },
  },
};

const inTwo = 'With `slot` and `capability`, this names no second part: ';

/** `{to: "#a", slot: s, from: slots, capability: x}`: both halves are there, and nothing has a dot. */
const long: Schema = {
  title: 'long form',
  required: ['slot', 'capability'],
  properties: {
    to: matching(P.child, `${inTwo}#child`),
    slot: { type: 'string', ...matching(P.oneName, 'The name of a slot of the child, without dots.') },
    from: {
      ...matching(
        '^(?:#[^.]+|provides|slots|resources|self|framework)$',
        `${inTwo}#child, provides, slots, resources or framework`,
      ),
      ...old('^self$', 'write provides or slots'),
    },
    capability: { type: 'string', ...matching(P.oneName, 'One name, without dots.') },
  },
  ...implies(
    { properties: { from: { pattern: '^framework$' } } },
    { properties: { capability: { enum: capabilities } } },
  ),
};

const has = (field: string): Schema => ({ required: [field], properties: { [field]: { type: 'string' } } });

export const binding: Schema = {
  ...closed({
    to: {
      type: 'string',
      ...doc(
        'The slot that is fed: `#child.slot`. A component is wired by its parent, never by itself.',
        'to: "#web.search"',
      ),
      examples: ['#child.slot'],
    },
    from: {
      type: 'string',
      ...doc(
        'What feeds it. `#child.x`: an export of a child. `provides.x`: something that this component serves. `slots.x`: whatever this component was given. `resources.x`: its storage. `framework.x`: something of the place where the scenario runs.',
        'from: "#index.search"',
      ),
      examples: ['#child.export', 'provides.name', 'slots.name', 'resources.name', 'framework.component'],
    },
    weak: {
      type: 'boolean',
      default: false,
      ...doc(
        'The consumer does not wait for the source, which makes a circle possible. Bindings from slots of the root are weak.',
      ),
    },
    slot: orNull({
      type: 'string',
      ...doc('The long form: `to: "#child"` and the name of the slot here. Goes with `capability`.'),
    }),
    capability: orNull({
      type: 'string',
      ...doc('The long form: `from: slots` and the name here. Goes with `slot`.'),
    }),
  }),
  ...doc('Feeds the slot of a child.'),
  required: ['to', 'from'],
  if: { anyOf: [has('slot'), has('capability')] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: long,
  else: short,
  defaultSnippets: [
    snippet('from a child', { to: '#${1:child}.${2:slot}', from: '#${3:child}.${4:export}' }),
    snippet('from a slot', { to: '#${1:child}.${2:slot}', from: 'slots.${3:name}', weak: true }, 'at the root: weak'),
  ],
};

export const bindings: Schema = listOf(
  { $ref: '#/definitions/binding' },
  doc(
    'What feeds the slots of the children. Nothing is wired by name alone.',
    'bindings:\n  - { to: "#web.data", from: "#api.data" }',
  ),
);

export const exports: Schema = named(
  {
    type: 'string',
    ...doc('What is shown: `provides.x`, `slots.x` (hands on whatever is bound to it), or `#child.x`.'),
    ...matching(
      String.raw`^(?:(?:#[^.]+|provides|slots|self)\.[^.]+|[^.]+)$`,
      'An export is provides.x, slots.x or #child.export.',
    ),
    ...old(String.raw`^self\.`, 'write provides.x or slots.x'),
    examples: ['provides.name', '#child.export', 'slots.name'],
  },
  {
    ...doc(
      'What the parent may see of this component, by name; at the root, what the outside may see.',
      'exports:\n  site: "#web.site"',
    ),
    defaultSnippets: [snippet('export', { '${1:name}': 'provides.${2:name}' })],
  },
);

const policyRef: Schema = {
  type: 'string',
  ...matching(P.childAndName, 'Write #NAME.EXPORT: a name of `use`, and an export of that manifest.'),
  ...doc('`#NAME.EXPORT`: a name of `use`, and an export of that manifest.'),
  examples: ['#name.export'],
};

export const policies: Schema = listOf(
  policyRef,
  doc(
    'Which policies are asked about this component and everything inside it, in this order. Needs `manifest_version` 0.4.0 or the feature `governance`.',
    'policies: ["#audit.record"]',
  ),
);

export const overlays: Schema = {
  ...listOf(
    policyRef,
    doc(
      'The older spelling of `policies`, which Amber reads too. Only one of the two lists is given. Needs `manifest_version` 0.4.0.',
    ),
  ),
  deprecated: true,
};
