/** A small scenario with policies, compiled in memory, live or from a lock. */
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { type CompileOptions, type CompileResult, compile } from '../../src/compile.ts';
import type { LockInput } from '../../src/ir/lock.ts';
import { lockName } from '../../src/language/lock/format.ts';
import type { PolicyAsk } from '../../src/ports/policy-client.ts';

export const base = 'file:///work/';

export const endpoint = (port: number): string =>
  `program: { path: /bin/true, network: { endpoints: [{ name: api, port: ${port} }] } }\n`;

export const server: string = `manifest_version: "0.4.0"\n${endpoint(8080)}provides: { api: { kind: http, endpoint: api } }\nexports: { api: provides.api }\n`;
export const policy: string = `manifest_version: "0.4.0"\n${endpoint(8000)}provides: { apply: { kind: http, profile: policy, endpoint: api } }\nexports: { apply: provides.apply }\n`;

/** `uses` are `name: manifest`; each is listed once. */
export const scenarioWith = (uses: Readonly<Record<string, string>>): string =>
  [
    'manifest_version: "0.4.0"',
    'components: { server: ./server.yaml }',
    'exports: { out: "#server.api" }',
    `use: ${JSON.stringify(uses)}`,
    `policies: ${JSON.stringify(Object.keys(uses).map((name) => `#${name}.apply`))}`,
    '',
  ].join('\n');

/** An interposer on the edge with this number. */
export const onEdge = (target: number): object => ({
  interposer: {
    program: { path: '/bin/true', args: ['${slots.up.url}'], network: { endpoints: [{ name: 'down', port: 9000 }] } },
    slots: { up: { kind: 'http' } },
    provides: { down: { kind: 'http', endpoint: 'down' } },
  },
  attachments: [{ target, interposer_slot: 'up', interposer_provide: 'down' }],
});

export type Files = Readonly<Record<string, string>>;

export const urlOf = (name: string): string => (/^https?:/.test(name) ? name : base + name);

export const loaderOf = (files: Files): CompileOptions['loader'] =>
  createMemoryLoader(new Map(Object.entries(files).map(([name, text]) => [urlOf(name), text])));

export function compileFiles(
  files: Files,
  answer: (ask: PolicyAsk) => object,
  options: Partial<CompileOptions> = {},
): Promise<CompileResult> {
  return compile({
    input: `${base}scenario.yaml`,
    baseDir: base,
    loader: loaderOf(files),
    policyClient: createMemoryPolicyClient((ask) => ({ text: JSON.stringify(answer(ask)) })),
    ...options,
  });
}

/** Without a policy client: nobody can be asked. */
export const compileFrozen = (
  files: Files,
  lock: LockInput,
  options: Partial<CompileOptions> = {},
): Promise<CompileResult> =>
  compile({
    input: `${base}scenario.yaml`,
    baseDir: base,
    loader: loaderOf(files),
    lock,
    frozen: true,
    ...options,
  });

/** Of a compile with `record`. */
export function lockOf(result: CompileResult): LockInput {
  const files = new Map(result.compiled?.emit('lock') ?? []);
  const text = files.get(lockName) ?? null;
  files.delete(lockName);
  return { file: lockName, text, recordings: files };
}

export const codesOf = ({ diagnostics }: CompileResult): readonly string[] => diagnostics.map(({ code }) => code);
export const messagesOf = ({ diagnostics }: CompileResult): readonly string[] =>
  diagnostics.map(({ code, message }) => `${code}: ${message}`);
