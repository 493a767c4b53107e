/**
 * The body of the question that a policy is asked, in version 1 and 2 of the protocol. Key order on the wire is by bytes; see `sortedJson`. Only the
 * types are read while compiling: the shape is made in phase 5.
 */
import { type Static, type TObject, Type } from '@sinclair/typebox';
import type { JsonObject } from '../base/json.ts';
import {
  anything,
  byName,
  Each,
  each,
  join,
  Kind,
  list,
  literals,
  map,
  mountPath,
  nullable,
  number,
  object,
  objectOrNull,
  optional,
  protocols,
  shown,
  text,
  textOrNull,
  When,
  when,
} from './wire-build.ts';

const Capability = shown('Capability', 'What an edge carries.', {
  kind: Kind,
  profile: nullable(Type.String(), 'a narrower kind; null for none'),
});

const Source = Type.Union(
  [
    Type.Object({
      Component: Type.Object(
        { component: number('id of the component'), name: text('its provide') },
        { description: 'what a program serves' },
      ),
    }),
    Type.Object({
      Resource: Type.Object(
        { component: number('id of the component'), name: text('its resource') },
        { description: 'storage' },
      ),
    }),
    Type.Object({
      Framework: Type.Object(
        {
          authority: number('id of the component whose manifest asked for it'),
          capability: text('name of the capability'),
        },
        { description: 'a capability of the runtime' },
      ),
    }),
  ],
  { title: 'Source', description: 'Where an edge comes from: the one key tells what it is.' },
);

const SlotRef = shown('SlotRef', 'Where an edge goes.', {
  component: number('id of the component'),
  name: text('its slot'),
});

const edgeId = number('names this edge in this question, and nothing elsewhere');

const Binding = shown('Binding', 'An edge with both ends in the scope.', {
  id: edgeId,
  from: Source,
  to: SlotRef,
  capability: Capability,
});
const Import = shown('Import', 'An edge of which only the consumer lies in the scope: its protocol is not shown.', {
  id: edgeId,
  to: SlotRef,
  capability: Capability,
});
const Export = shown('Export', 'An edge, or an export of the scenario, of which only the source lies in the scope.', {
  id: edgeId,
  from: Source,
  capability: Capability,
});

const Argument = Type.Union(
  [
    text('one argument'),
    Type.Object({
      when: optional(text(when)),
      each: optional(text(each)),
      join: optional(text(join)),
      arg: text('the argument'),
    }),
    Type.Object({
      when: optional(text(when)),
      each: optional(text(each)),
      argv: list(Type.String(), 'several arguments'),
    }),
  ],
  { title: 'Argument', description: 'Arguments, with `${…}` where values are put in when the scenario runs.' },
);

const Variable = Type.Union(
  [
    text('the value'),
    Type.Object({
      when: optional(text(when)),
      each: optional(text(each)),
      join: optional(text(join)),
      value: text('the value'),
    }),
  ],
  { title: 'Variable', description: 'A variable of the environment.' },
);

const Endpoint = shown('Endpoint', 'A port on which a program listens.', {
  name: text('provides refer to it'),
  port: number('to listen on', 65_535),
  protocol: literals(protocols, 'what is spoken there, and so on every edge from a provide with this endpoint'),
});
const Network = shown('Network', 'Where a program listens; left out when it listens nowhere.', {
  endpoints: list(Endpoint, 'every port'),
});

const Piece = Type.Unsafe<JsonObject>({
  title: 'Piece',
  description: 'A part of a text: as it is, or put in when the scenario runs.',
  anyOf: [
    Type.Object({ lit: text('as it is') }),
    Type.Object({ config: text('path of a config value') }),
    Type.Object({ slot: text('query to a slot'), scope: number('id of the component') }),
    Type.Object({
      item: text('query to one connection'),
      scope: number('id of the component'),
      slot: text('name of the slot'),
      index: number('which connection'),
    }),
    Type.Object({ item: text('query to what `each` repeats for') }),
  ],
});

const Mount = Type.Unsafe<JsonObject>({
  title: 'Mount',
  description: 'What is mounted into the file system of a program.',
  anyOf: [
    Type.Object({
      kind: Type.Literal('file', { description: 'a file with a config value in it' }),
      path: list(Piece, 'where; absolute'),
      source: Type.Object(
        { kind: Type.Literal('config'), path: list(Piece, 'path of the config value') },
        { description: 'what stands in it' },
      ),
      when: optional(When),
      each: optional(Each),
    }),
    Type.Object({ kind: Type.Literal('slot'), path: text(mountPath), slot: text('storage that is bound to it') }),
    Type.Object({ kind: Type.Literal('resource'), path: text(mountPath), resource: text('storage of its own') }),
    Type.Object({ kind: Type.Literal('framework'), path: text(mountPath), capability: text('of the runtime') }),
  ],
});

const env = map(Variable, 'by name; left out when there is none');
const mounts = list(Mount, 'left out when there is none');

const Program = Type.Union(
  [
    Type.Object({
      path: text('a program on the machine; a relative path starts at the folder of the manifest'),
      args: list(Argument, 'behind the path'),
      env: optional(env),
      network: optional(Network),
      mounts: optional(mounts),
    }),
    Type.Object({
      image: text('a container image'),
      entrypoint: list(Argument, 'what runs in it'),
      env: optional(env),
      network: optional(Network),
      mounts: optional(mounts),
    }),
    Type.Object({
      vm: Type.Object(
        {
          image: text('a disk image'),
          cpus: Type.Union([Type.Number(), Type.String()], { description: 'number, or a text with `${config.…}`' }),
          memory_mib: Type.Union([Type.Number(), Type.String()], { description: 'MiB, or a text with `${config.…}`' }),
          network: nullable(Network, 'null when it listens nowhere'),
          mounts: list(Mount, 'may be empty'),
          cloud_init: Type.Object(
            { user_data: nullable(Type.String(), 'a text'), vendor_data: nullable(Type.String(), 'a text') },
            { description: 'for the first boot' },
          ),
          egress: literals(['none', 'optional'] as const, 'whether it may reach the network'),
        },
        { description: 'a virtual machine' },
      ),
    }),
  ],
  { title: 'Program', description: 'What a component runs: on the machine, in a container, or in a virtual machine.' },
);

const Slot = shown('Slot', 'A named input of a component.', {
  kind: Kind,
  profile: nullable(Type.String(), 'a narrower kind; null for none'),
  optional: Type.Boolean({ description: 'may stay without an edge' }),
  multiple: Type.Boolean({ description: 'takes any number of edges' }),
});
const Provide = shown('Provide', 'A named output of a component.', {
  kind: Kind,
  profile: nullable(Type.String(), 'a narrower kind; null for none'),
  endpoint: nullable(
    Type.String(),
    'name of the endpoint of the program, which says the protocol; null where there is none',
  ),
});
const Resource = shown('Resource', 'Storage that a component owns.', {
  kind: Type.Literal('storage'),
  params: Type.Object(
    {
      size: textOrNull('such as `10Gi`'),
      retention: textOrNull('how long it is kept'),
      sharing: textOrNull('who else may use it'),
    },
    { description: 'as the manifest has them; null for what it leaves out' },
  ),
});

const named = {
  id: number('names this component in this question; used by edges, `parent`, `children` and findings'),
  parent: nullable(Type.Integer({ minimum: 0 }), 'id; that of the root of the scope lies outside; null for `/`'),
  moniker: text('its path: `/` is the root of the scenario, `/a/b` is `b` inside `a`'),
  digest: Type.String({ pattern: '^sha256:[A-Za-z0-9+/]{43}=$', description: 'of its manifest' }),
  children: list(Type.Integer({ minimum: 0 }), 'ids, in the order of monikers'),
};
/** What several components may have alike. */
const said = {
  config: objectOrNull('as its parent wrote it, references unresolved; null for none'),
  config_schema: objectOrNull('JSON Schema of its config; null when it takes none'),
  program: nullable(Program, 'null for a component that runs nothing'),
  slots: byName(Slot, 'inputs, by name'),
  provides: byName(Provide, 'outputs, by name'),
  resources: byName(Resource, 'storage, by name'),
  metadata: anything('as its manifest has it; null for none'),
  child_templates: object(
    'what it may start while the scenario runs, by name; `manifests` of one are named as in `sources` of the plan',
  ),
};
const { children, ...numbered } = named;
const Component = shown('Component', 'A component of the scope. Every field is there.', {
  ...numbered,
  ...said,
  children,
});

const edges = {
  bindings: list(Binding, 'both ends in the scope'),
  imports: list(Import, 'only the consumer in the scope'),
  exports: list(Export, 'only the source in the scope; exports of the whole scenario come last'),
};
const scopeWords = 'What the policy governs: one subtree of the scenario, as it was linked.';
const inOrder = 'everything in the scope, in the order of ids';
const Scope = shown('Scope', scopeWords, { components: list(Component, inOrder), ...edges });

const PolicyRequest = shown('PolicyRequest', 'The body of a question.', { scope: Scope });

const once = 'left out where `shared` has it';
const SharingComponent = shown('SharingComponent', 'A component of the scope. Every field is there, or in `shared`.', {
  ...named,
  config: optional(objectOrNull(`as in version 1; ${once}`)),
  config_schema: optional(objectOrNull(`as in version 1; ${once}`)),
  program: optional(nullable(Program, `as in version 1; ${once}`)),
  slots: optional(byName(Slot, `as in version 1; ${once}`)),
  provides: optional(byName(Provide, `as in version 1; ${once}`)),
  resources: optional(byName(Resource, `as in version 1; ${once}`)),
  metadata: optional(anything(`as in version 1; ${once}`)),
  child_templates: optional(object(`as in version 1; ${once}`)),
  shared: optional(
    map(
      number('place in `shared` of the question, from 0'),
      'by name of a field: which value it has; left out when there is none',
    ),
  ),
});
const SharingRequest = shown('SharingRequest', 'The body of a question in version 2.', {
  scope: shown('SharingScope', scopeWords, { components: list(SharingComponent, inOrder), ...edges }),
  shared: list(anything('a value'), 'values of fields that several components have alike'),
});

export const policyRequestSchema: TObject = PolicyRequest;
export const sharingRequestSchema: TObject = SharingRequest;

export type PolicyRequest = Static<typeof PolicyRequest>;
export type WireSource = Static<typeof Source>;
export type WireSlotRef = Static<typeof SlotRef>;
export type WireComponent = Static<typeof Component>;
export type WireBinding = Static<typeof Binding>;
export type WireImport = Static<typeof Import>;
export type WireExport = Static<typeof Export>;
