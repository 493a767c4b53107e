/** YAML and JSON5 have equal rights: one scenario, written in many ways, gives one plan, byte for byte. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { compile } from '../../src/compile.ts';

interface Spelling {
  readonly root: string;
  readonly worker: string;
  readonly policy: string;
}

const yaml: Spelling = {
  root: `manifest_version: "0.4.0"
config_schema:
  type: object
  properties:
    word: { type: string, default: "a: b # c" }
    ports: { type: array, items: { type: integer }, default: [1, 2] }
  required: [word]
components:
  back: { manifest: ./worker.manifest, config: { name: back, word: "\${config.word}" } }
  front:
    manifest: ./worker.manifest
    config: { name: "front", word: "w-\${config.word}" }
bindings:
  - { to: "#front.up", from: "#back.api" }
exports:
  out: "#front.api"
use:
  guard: { manifest: ./guard.manifest, config: { words: ["$\${config.word}"] } }
policies: ["#guard.apply"]
metadata:
  text: "line one\\nline two\\n"
  numbers: [1, 2.5, -3, 1000, 0]
  nothing: null
  yes: "no"
`,
  worker: `manifest_version: "0.4.0"
program:
  path: /usr/bin/env
  args: [worker, --name, "\${config.name}", { when: slots.up, argv: [--up, "\${slots.up.url}"] }]
  env:
    WORD: "\${config.word}"
  network:
    endpoints: [{ name: api, port: 8080 }]
config_schema:
  type: object
  properties:
    name: { type: string }
    word: { type: string }
  required: [name, word]
slots:
  up: { kind: http, optional: true }
provides:
  api: { kind: http, endpoint: api }
exports:
  api: provides.api
`,
  policy: `manifest_version: "0.4.0"
program:
  path: ./guard
  env: { WORDS: "\${config.words}" }
  network:
    endpoints: [{ name: api, port: 8000 }]
config_schema:
  type: object
  properties:
    words: { type: array, items: { type: string } }
provides:
  apply: { kind: http, profile: policy, endpoint: api }
exports:
  apply: provides.apply
`,
};

/** Other quoting, other order of keys, block and flow exchanged, comments, anchors. */
const otherYaml: Spelling = {
  root: `# a scenario
'policies':
- '#guard.apply' # the guard
exports: {out: '#front.api'}
bindings:
- from: '#back.api'
  to: "#front.up"
use:
  guard:
    config:
      words:
      - $\${config.word}
    manifest: "./guard.manifest"
metadata:
  "yes": 'no'
  nothing: ~
  numbers: [1, 2.50, -3, 1e3, 0x0]
  text: |
    line one
    line two
components:
  front:
    config:
      word: w-\${config.word}
      name: front
    manifest: &worker ./worker.manifest
  back:
    config: {word: '\${config.word}', name: 'back'}
    manifest: *worker
config_schema:
  required:
  - word
  properties:
    ports:
      default: [1, 2]
      items: {type: integer}
      type: array
    word:
      default: 'a: b # c'
      type: string
  type: object
manifest_version: 0.4.0
`,
  worker: yaml.worker
    .split(/^(?=\w)/m)
    .toReversed()
    .map((section) => `# section\n${section}`)
    .join('\n'),
  policy: `---\n${yaml.policy.replaceAll('\n', '\r\n')}...\r\n`,
};

const json5: Spelling = {
  root: `// a scenario
{
  manifest_version: '0.4.0',
  config_schema: {
    type: 'object',
    properties: {
      word: { type: 'string', default: 'a: b # c' },
      ports: { type: 'array', items: { type: 'integer' }, default: [1, 2] },
    },
    required: ['word'],
  },
  components: {
    back: { manifest: './worker.manifest', config: { name: 'back', word: '\${config.word}' } },
    front: { manifest: './worker.manifest', config: { name: 'front', word: 'w-\${config.word}' } },
  },
  bindings: [{ to: '#front.up', from: '#back.api' }],
  exports: { out: '#front.api' },
  use: { guard: { manifest: './guard.manifest', config: { words: ['$\${config.word}'] } } },
  policies: ['#guard.apply'],
  metadata: {
    text: 'line one\\n\\
line two\\n',
    numbers: [+1, 2.5, -3, 1e3, 0x0],
    nothing: null,
    yes: 'no',
  },
}
`,
  worker: `/* a worker */
{
  manifest_version: "0.4.0",
  exports: { api: "provides.api" },
  provides: { api: { endpoint: "api", kind: "http" } },
  slots: { up: { optional: true, kind: "http" } },
  config_schema: { type: "object", required: ["name", "word"], properties: { word: { type: "string" }, name: { type: "string" } } },
  program: {
    network: { endpoints: [{ port: 8080, name: "api" }] },
    env: { WORD: "\${config.word}" },
    args: ["worker", "--name", "\${config.name}", { argv: ["--up", "\${slots.up.url}"], when: "slots.up" }],
    path: "/usr/bin/env",
  },
}
`,
  policy: `{
  "manifest_version": "0.4.0",
  "program": { "path": "./guard", "env": { "WORDS": "\${config.words}" }, "network": { "endpoints": [{ "name": "api", "port": 8000 }] } },
  "config_schema": { "type": "object", "properties": { "words": { "type": "array", "items": { "type": "string" } } } },
  "provides": { "apply": { "kind": "http", "profile": "policy", "endpoint": "api" } },
  "exports": { "apply": "provides.apply" }
}
`,
};

const answer = JSON.stringify({
  interpositions: [
    {
      interposer: {
        program: {
          path: '/opt/relay',
          args: ['${slots.up.url}', '${config.word}'],
          network: { endpoints: [{ name: 'down', port: 9001 }] },
        },
        config: { word: '${config.word}' },
        config_schema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
        slots: { up: { kind: 'http' } },
        provides: { down: { kind: 'http', endpoint: 'down' } },
      },
      attachments: [{ target: 0, interposer_slot: 'up', interposer_provide: 'down' }],
    },
  ],
});

interface Outcome {
  readonly plan: string;
  readonly request: string;
  readonly config: unknown;
}

async function outcome({ root, worker, policy }: Spelling): Promise<Outcome> {
  const folder = 'file:///work/scenario/';
  const files = new Map([
    // None of the names tells the format.
    [`${folder}scenario.manifest`, root],
    [`${folder}worker.manifest`, worker],
    [`${folder}guard.manifest`, policy],
  ]);
  let request = '';
  let config: unknown;
  const client = createMemoryPolicyClient((ask) => {
    request = ask.body;
    return { text: answer };
  });
  const { diagnostics, compiled } = await compile({
    input: `${folder}scenario.manifest`,
    baseDir: folder,
    loader: createMemoryLoader(files),
    policyClient: {
      ...client,
      ask: (processes, asks, limits) => {
        config = processes.map((process) => process.config);
        return client.ask(processes, asks, limits);
      },
    },
  });
  expect(diagnostics.filter((d) => d.severity !== 'warning').map((d) => d.message)).toEqual([]);
  return { plan: compiled?.planText ?? '', request, config };
}

describe('one scenario', () => {
  let first: Outcome;
  beforeAll(async () => {
    first = await outcome(yaml);
  });

  it('has a plan with an interposer, and shows its policy its edges', () => {
    expect(first.plan).toContain('"/__overlay_0_0"');
    expect(first.plan).toContain('line one\\nline two\\n');
    expect(JSON.parse(first.request)).toMatchObject({ scope: { bindings: [{ id: 0 }], exports: [{ id: 1 }] } });
    expect(first.config).toEqual([{ words: ['${config.word}'] }]);
  });

  const { root, worker, policy } = yaml;
  it.each([
    ['in other YAML', otherYaml],
    ['in JSON5', json5],
    ['with its root in JSON5', { ...yaml, root: json5.root }],
    ['with its children in JSON5', { ...json5, root }],
    ['with its policy in JSON5', { root, worker, policy: json5.policy }],
    ['with a byte order mark', { root: `\ufeff${root}`, worker: `\ufeff${json5.worker}`, policy }],
    [
      'with carriage returns',
      { ...json5, root: root.replaceAll('\n', '\r\n'), worker: worker.replaceAll('\n', '\r\n') },
    ],
  ])('%s is the same', async (_, spelling) => {
    expect(await outcome(spelling)).toEqual(first);
  });

  it('with another word is another', async () => {
    const changed = await outcome({ ...yaml, root: root.replace('a: b # c', 'other') });
    expect(changed.plan).not.toBe(first.plan);
  });
});
