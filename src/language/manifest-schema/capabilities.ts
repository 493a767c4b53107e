/** `slots`, `provides` and `resources`. */
import type { CapabilityKind } from '../../ir/manifest.ts';
import { capabilityKinds } from '../decode/declarations.ts';
import { closed, doc, named, orNull, ref, type Schema, snippet } from './build.ts';
import { profile } from './texts.ts';

const meanings: Readonly<Record<CapabilityKind, string>> = {
  http: 'anything that speaks HTTP',
  mcp: 'a server of the Model Context Protocol',
  llm: 'a language model behind HTTP',
  a2a: 'an agent that other agents talk to',
  component: 'the place where components are started while the scenario runs',
  docker: 'a container engine',
  storage: 'a folder that outlives the program',
  kvm: 'virtualisation by hardware',
};

const kindOf = (allowed: readonly CapabilityKind[], text: string): Schema => ({
  type: 'string',
  enum: allowed,
  enumDescriptions: allowed.map((kind) => meanings[kind]),
  ...doc(text, `kind: ${allowed[0]}`),
});

/** The one that is asked for most often comes first. */
const kinds: readonly CapabilityKind[] = ['http', ...capabilityKinds.filter((kind) => kind !== 'http')];
const served: readonly CapabilityKind[] = kinds.filter((kind) => kind !== 'storage');

const sameKind = 'A slot and what is bound to it have the same kind; nothing is converted.';

export const slot: Schema = closed(
  {
    kind: kindOf(kinds, `What the component needs. ${sameKind}`),
    profile,
    optional: { type: 'boolean', default: false, ...doc('May stay without a binding.') },
    multiple: {
      type: 'boolean',
      default: false,
      ...doc('Takes any number of bindings. The program sees them with `each: slots.NAME`.'),
    },
  },
  {
    ...doc('Something that the component needs, and that its parent binds.'),
    required: ['kind'],
    defaultSnippets: [snippet('slot', { kind: '${1|http,mcp,llm,a2a,storage,component,docker,kvm|}' })],
  },
);

export const slots: Schema = named(ref('slot'), {
  ...doc(
    'What this component needs, by name. At the root, a slot stands for something outside of the scenario.',
    'slots:\n  search: { kind: http, optional: true }',
  ),
  defaultSnippets: [snippet('slot', { '${1:name}': { kind: '${2|http,mcp,llm,a2a,storage,component,docker,kvm|}' } })],
});

export const provide: Schema = closed(
  {
    kind: kindOf(served, `What is offered. ${sameKind} Storage is declared under \`resources\` instead.`),
    profile,
    endpoint: { type: 'string', ...doc('Name of the endpoint of the program that serves it.', 'endpoint: http') },
  },
  {
    ...doc('Something that the program of this component serves.'),
    required: ['kind', 'endpoint'],
    defaultSnippets: [snippet('provide', { kind: '${1|http,mcp,llm,a2a|}', endpoint: '${2:http}' })],
  },
);

export const provides: Schema = named(ref('provide'), {
  ...doc(
    'What the program of this component serves, by name. The parent sees it only when it is exported.',
    'provides:\n  site: { kind: http, endpoint: http }',
  ),
  defaultSnippets: [snippet('provide', { '${1:name}': { kind: '${2|http,mcp,llm,a2a|}', endpoint: '${3:http}' } })],
});

const param = (text: string): Schema => ({ ...orNull({ type: 'string' }), ...doc(text) });

export const resource: Schema = closed(
  {
    kind: kindOf(['storage'], 'Storage is the only thing that a component can own.'),
    params: orNull(
      closed(
        {
          size: param('How much room there is, for example `1Gi`.'),
          retention: param('How long it is kept.'),
          sharing: param('Who may use it at the same time.'),
        },
        doc('Wishes to the place where the scenario runs. Texts; `${config.KEY}` is allowed in them.'),
      ),
    ),
  },
  {
    ...doc('Storage that this component owns.'),
    required: ['kind'],
    defaultSnippets: [snippet('storage', { kind: 'storage' })],
  },
);

export const resources: Schema = named(ref('resource'), {
  ...doc(
    'Storage that this component owns, by name. It is mounted, or bound to one slot of kind `storage`.',
    'resources:\n  pages: { kind: storage, params: { size: 1Gi } }',
  ),
  defaultSnippets: [snippet('storage', { '${1:name}': { kind: 'storage' } })],
});
