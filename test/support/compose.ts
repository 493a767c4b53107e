/** Plans as what is written for a target, in memory. */
import { parse, stringify } from 'yaml';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { type CompileOptions, compile } from '../../src/compile.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { emitPlan } from '../../src/phases/7-emit/emitters.ts';

export type Files = ReadonlyMap<string, string>;

export async function planOf(
  manifests: ReadonlyMap<string, string>,
  { base = 'file:///scenario/', ...options }: Partial<CompileOptions> & { readonly base?: string } = {},
): Promise<DeploymentPlan> {
  const result = await compile({
    input: `${base}${[...manifests.keys()][0]}`,
    baseDir: base,
    loader: createMemoryLoader(new Map([...manifests].map(([name, text]) => [base + name, text]))),
    policyClient: createMemoryPolicyClient(() => ({ text: '{"interpositions":[]}' })),
    ...options,
  });
  const errors = result.diagnostics.filter((one) => one.severity === 'error').map((one) => one.message);
  if (!result.compiled) throw new Error(`no plan: ${errors.join('; ')}`);
  return result.compiled.plan;
}

export interface Emitted {
  readonly files: Files;
  readonly said: readonly Diagnostic[];
}

export const composeOf = (plan: DeploymentPlan): Emitted => emitted('compose', plan);
export const kubernetesOf = (plan: DeploymentPlan): Emitted => emitted('kubernetes', plan);

function emitted(kind: 'compose' | 'kubernetes', plan: DeploymentPlan): Emitted {
  const said: Diagnostic[] = [];
  return { files: emitPlan(kind, { plan }, (one) => said.push(one)), said };
}

/** A service that runs an image, with what is bound to it in `slots`, and port 8080. */
export const program = (slots: readonly string[] = [], more = ''): string =>
  [
    'manifest_version: "0.4.0"',
    slots.length === 0 ? '' : `slots: { ${slots.map((slot) => `${slot}: { kind: http }`).join(', ')} }`,
    'program:',
    '  image: acme/one:1',
    `  entrypoint: [/run${slots.map((slot) => `, "\${slots.${slot}.url}"`).join('')}]`,
    '  network: { endpoints: [{ name: http, port: 8080 }, { name: admin, port: 9090 }] }',
    'provides: { out: { kind: http, endpoint: http }, admin: { kind: http, endpoint: admin } }',
    'exports: { out: provides.out, admin: provides.admin }',
    more,
    '',
  ]
    .filter((line) => line !== '')
    .join('\n');

export interface Chain {
  readonly components: Readonly<Record<string, readonly string[]>>;
  readonly bindings: readonly (readonly [string, string])[];
  readonly exports: Readonly<Record<string, string>>;
}

/** `components` with their slots; a binding leads from `x.slot` to `y.provide`. */
export function scenario({ components, bindings, exports }: Chain): ReadonlyMap<string, string> {
  const root = {
    manifest_version: '0.4.0',
    components: Object.fromEntries(Object.keys(components).map((name) => [name, `./${name}.yaml`])),
    bindings: bindings.map(([to, from]) => ({ to: `#${to}`, from: `#${from}` })),
    exports: Object.fromEntries(Object.entries(exports).map(([name, from]) => [name, `#${from}`])),
  };
  return new Map([
    ['scenario.json5', JSON.stringify(root)],
    ...Object.entries(components).map(([name, slots]) => [`${name}.yaml`, program(slots)] as const),
  ]);
}

/** The project with something changed, written by another hand. */
export function withProject(files: Files, change: (project: Project) => void): Files {
  const project = parse(files.get('compose.yaml') ?? '') as Project;
  change(project);
  const text = stringify(project, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return new Map([...files, ['compose.yaml', text]]);
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a test wants to break
export type Project = any;

export const withText = (files: Files, name: string, change: (text: string) => string): Files =>
  new Map([...files, [name, change(files.get(name) ?? '')]]);
