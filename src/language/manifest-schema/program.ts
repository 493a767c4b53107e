/** `program`: what runs, in one of three ways. */
import {
  closed,
  doc,
  implies,
  listOf,
  matching,
  objectsAre,
  orNull,
  type Properties,
  ref,
  refused,
  type Schema,
  snippet,
  without,
} from './build.ts';
import { args, entrypoint, env } from './command.ts';
import * as P from './patterns.ts';
import { guards, template, textOrFile } from './texts.ts';

const mounts: Schema = listOf(ref('mount'), {
  ...doc(
    'Config, storage and capabilities of the framework as files.',
    'mounts:\n  - { path: /data, from: resources.data }',
  ),
});

const endpoints: Schema = listOf(ref('endpoint'), {
  ...doc('Ports on which the program listens. `provides` names them.', 'endpoints:\n  - { name: http, port: 8080 }'),
});

const network: Schema = orNull(closed({ endpoints }, doc('Where the program listens.')));

const notBlank: Schema = { allOf: [matching(String.raw`\S`, 'This must not be blank.')] };

const size = (text: string): Schema => ({
  ...template,
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 4_294_967_295,
  ...doc(`${text} A number, or one \`\${config.KEY}\`.`),
});

const cloudInitField = (text: string): Schema => ({ ...orNull(textOrFile), ...doc(text) });

const vm: Schema = closed(
  {
    image: { ...textOrFile, ...notBlank, ...doc('Disk image to boot: a path.', 'image: ./disk.qcow2') },
    cpus: size('Number of processors.'),
    memory_mib: size('Memory in mebibytes.'),
    network: orNull(
      closed(
        {
          endpoints,
          egress: {
            enum: ['none', 'optional'],
            default: 'none',
            ...doc('Whether the machine may open connections to the outside.'),
          },
        },
        doc('Where the machine listens, and whether it may reach out.'),
      ),
    ),
    mounts,
    cloud_init: orNull(
      closed(
        {
          user_data: cloudInitField('What cloud-init gets as user data.'),
          vendor_data: cloudInitField('What cloud-init gets as vendor data.'),
        },
        doc('Sets the machine up when it boots for the first time.'),
      ),
    ),
  },
  { required: ['image', 'cpus', 'memory_mib'] },
);

const fields: Properties = {
  path: {
    ...orNull(textOrFile),
    ...notBlank,
    ...doc('An executable of the machine. A relative path starts at the folder of this manifest.', 'path: ./bin/web'),
  },
  image: {
    ...orNull(textOrFile),
    ...doc('A container image; its command is `entrypoint`.', 'image: registry.example/web:2'),
  },
  vm: { ...orNull(vm), ...doc('A virtual machine. Everything about it stands inside.') },
  args,
  entrypoint,
  env,
  network,
  mounts,
};

const one = 'A program has exactly one of `path`, `image` and `vm`.';
const has = (kind: string): Schema => ({ required: [kind], properties: { [kind]: { not: { type: 'null' } } } });
const given = (kind: string, ...rules: readonly Schema[]): Schema =>
  implies({ type: 'object', ...has(kind) }, { allOf: rules });
const gone = (...others: readonly string[]): Schema => ({
  properties: Object.fromEntries(others.map((kind) => [kind, refused(one)])),
});

/** Exactly one of the three is there, with what goes with it. */
const kinds: readonly Schema[] = [
  objectsAre({ anyOf: [has('path'), has('image'), has('vm')] }, one),
  given('path', gone('image', 'vm'), without(['entrypoint'], '`entrypoint` goes with `image`; a `path` takes `args`.')),
  given('image', gone('path', 'vm'), without(['args'], '`args` goes with `path`; an `image` takes `entrypoint`.'), {
    required: ['entrypoint'],
  }),
  given(
    'vm',
    gone('path', 'image'),
    without(['args', 'entrypoint'], 'A virtual machine boots its image: it takes no command.'),
    without(['network'], 'Put `network` inside `vm`.'),
    { properties: { env: { maxProperties: 0 }, mounts: { maxItems: 0 } } },
  ),
];

const endpointsSnippet = { endpoints: [{ name: '${2:http}', port: 8080 }] };

export const program: Schema = {
  ...orNull(closed(fields)),
  ...doc(
    'What runs: exactly one of `path`, `image` and `vm` says how. A component without a program only wires others.',
    'program:\n  path: ./bin/web\n  args: [--port, "8080"]\n  network:\n    endpoints: [{ name: http, port: 8080 }]',
  ),
  allOf: kinds,
  defaultSnippets: [
    snippet(
      'a program of the machine',
      { path: '${1:./bin/program}', network: endpointsSnippet },
      '`path`, with an endpoint',
    ),
    snippet(
      'a container',
      { image: '${1:registry.example/program:1}', entrypoint: ['${3:/program}'], network: endpointsSnippet },
      '`image`, with an endpoint',
    ),
    snippet('a virtual machine', { vm: { image: '${1:./disk.qcow2}', cpus: 1, memory_mib: 512 } }, '`vm`'),
  ],
};

export const endpoint: Schema = closed(
  {
    name: {
      allOf: [ref('template')],
      ...doc('What `provides` calls it.', 'name: http'),
    },
    port: {
      ...template,
      type: ['integer', 'string'],
      minimum: 0,
      maximum: 65_535,
      ...doc('Port on which the program listens. A number, or a text with `${config.KEY}`.', 'port: 8080'),
    },
    protocol: {
      ...orNull(template),
      anyOf: [{ enum: ['http', 'https', 'tcp', null] }, { pattern: P.hasReference }],
      default: 'http',
      ...doc('`http` unless given.', 'protocol: tcp'),
    },
    ...guards,
  },
  {
    ...doc('A port on which the program listens.'),
    required: ['name', 'port'],
    defaultSnippets: [snippet('endpoint', { name: '${1:http}', port: 8080 })],
  },
);

export const mount: Schema = closed(
  {
    path: {
      allOf: [ref('template'), matching(P.mountPath, 'A mount path starts with `/`, and no part of it is `..`.')],
      ...doc('Where it is mounted: an absolute path without `..`.', 'path: /var/lib/data'),
    },
    from: {
      allOf: [
        ref('template'),
        matching(
          P.mountSource,
          'Write config, config.KEY, slots.NAME, resources.NAME, framework.docker or framework.kvm.',
        ),
      ],
      ...doc(
        'What is mounted. `config`: the whole config as a file. `config.KEY`: one value as a file. `slots.NAME`: storage that was handed in. `resources.NAME`: storage of this component. `framework.docker`, `framework.kvm`: behind the feature of that name.',
        'from: config.session_key',
      ),
      examples: ['config', 'config.key', 'slots.name', 'resources.name', 'framework.docker', 'framework.kvm'],
    },
    name: {
      ...orNull(template),
      allOf: [matching(P.mountName, 'A name holds no dot.')],
      ...doc('A name of its own, without dots. No other mount of the program has it.'),
    },
    ...guards,
  },
  {
    ...doc('Something that the program finds at a path.'),
    required: ['path', 'from'],
    defaultSnippets: [snippet('mount', { path: '${1:/data}', from: '${2:resources.name}' })],
  },
);
