/** One edge and one export under two policies of one list, in memory. */
import { createMemoryLoader } from '../../../../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../../../../src/adapters/policies/memory-client.ts';
import { type CompileOptions, type CompileResult, compile } from '../../../../../src/compile.ts';
import type { Linked } from '../../../../../src/ir/linked.ts';

const base = 'file:///two/';
const program = { path: '/bin/true', network: { endpoints: [{ name: 'api', port: 80 }] } };
const policy = {
  manifest_version: '0.4.0',
  program,
  provides: { apply: { kind: 'http', profile: 'policy', endpoint: 'api' } },
  exports: { apply: 'provides.apply' },
};
const server = {
  manifest_version: '0.4.0',
  program,
  provides: { api: { kind: 'http', endpoint: 'api' } },
  exports: { api: 'provides.api' },
};
const client = {
  ...server,
  program: { ...program, args: ['${slots.up.url}'] },
  slots: { up: { kind: 'http' } },
};

export const twoPolicies: ReadonlyMap<string, object> = new Map<string, object>([
  [
    'scenario.json5',
    {
      manifest_version: '0.4.0',
      components: { client: './client.json5', other: './client.json5', server: './server.json5' },
      bindings: [
        { to: '#client.up', from: '#server.api' },
        { to: '#other.up', from: '#server.api' },
      ],
      exports: { out: '#client.api', out2: '#other.api' },
      use: { a: './policy.json5', b: './policy.json5' },
      policies: ['#a.apply', '#b.apply'],
    },
  ],
  ['server.json5', server],
  ['client.json5', client],
  ['policy.json5', policy],
]);

interface WireEdge {
  readonly id: number;
  readonly to?: { readonly component: number };
}
export interface WireScope {
  readonly components: readonly { readonly id: number; readonly moniker: string; readonly metadata: unknown }[];
  readonly bindings: readonly WireEdge[];
  readonly exports: readonly WireEdge[];
}

/** One interposer with a slot for each target, all behind the provides that are named. */
export const interposer = (
  name: string,
  ...targets: readonly (readonly [target: number, provide: string])[]
): object => ({
  interposer: {
    program: {
      path: `/opt/${name}`,
      args: ['${slots}'],
      network: { endpoints: [...new Set(targets.map(([, p]) => p))].map((p, i) => ({ name: p, port: 9000 + i })) },
    },
    slots: Object.fromEntries(targets.map((_, i) => [`s${i}`, { kind: 'http' }])),
    provides: Object.fromEntries(targets.map(([, p]) => [p, { kind: 'http', endpoint: p }])),
    metadata: { by: name },
  },
  attachments: targets.map(([target, provide], i) => ({
    target,
    interposer_slot: `s${i}`,
    interposer_provide: provide,
  })),
  reason: `${name} wants it`,
});

export type Answerer = (scope: WireScope, use: string, round: number) => readonly object[];

export interface Ran {
  readonly result: CompileResult;
  readonly linked: Linked;
  /** Bodies of answers by `use` name, of the first round. */
  readonly answers: ReadonlyMap<string, string>;
  readonly rounds: number;
}

export async function runTwo(
  answer: Answerer,
  options: Partial<CompileOptions> = {},
  files: ReadonlyMap<string, object> = twoPolicies,
): Promise<Ran> {
  const texts = new Map([...files].map(([name, manifest]) => [base + name, JSON.stringify(manifest)]));
  const answers = new Map<string, string>();
  let linked: Linked | undefined;
  let rounds = 0;
  const memory = createMemoryPolicyClient((ask) => {
    const use = /#(\w+)\./.exec(ask.headers['headgate-policy'] ?? '')?.[1] ?? '';
    const scope = (JSON.parse(ask.body) as { scope: WireScope }).scope;
    const text = JSON.stringify({ interpositions: answer(scope, use, rounds) });
    if (!answers.has(use)) answers.set(use, text);
    return { text };
  });
  const result = await compile({
    input: `${base}scenario.json5`,
    baseDir: base,
    loader: createMemoryLoader(texts),
    policyClient: {
      ...memory,
      ask: (...asked) => {
        rounds++;
        return memory.ask(...asked);
      },
    },
    onLinked: (seen) => {
      linked = seen;
    },
    ...options,
  });
  if (!linked) throw new Error(result.diagnostics.map((d) => d.message).join('\n'));
  return { result, linked, answers, rounds };
}
