/** What `policy serve FILE` starts: a module that exports a policy, or the program of a policy's manifest. */
import { stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ioReason } from '../adapters/files/io-reason.ts';
import { packageFolder } from '../adapters/files/package-folder.ts';
import { treeOfRoot } from '../adapters/files/scenario-tree.ts';
import { programFile } from '../adapters/sandbox/locate-here.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import type { Component } from '../ir/graph.ts';
import type { Linked } from '../ir/linked.ts';
import { readRootConfig } from '../language/config/root-config.ts';
import { referencePaths } from '../language/config/secret-paths.ts';
import { type PathProgram, renderProgram } from '../language/program/render.ts';
import type { Start } from '../policy/serve/generation.ts';
import { hostArguments } from '../policy/serve/host.ts';
import type { Cli } from './cli.ts';
import { compileInput, folderUrl, type Session, type Setup } from './session.ts';
import { UsageError } from './usage-error.ts';

export interface PolicySource {
  /** As people know it. */
  readonly name: string;
  /** Changes in here start it anew. */
  readonly folder: string;
  /** Read anew each time; undefined when what is wrong was told. */
  readonly start: () => Promise<Start | undefined>;
}

const modules: readonly string[] = ['.js', '.mjs', '.cjs', '.ts', '.mts'];
const manifests: readonly string[] = ['.yaml', '.yml', '.json5', '.json'];
const manifestNames: readonly string[] = manifests.map((ending) => `manifest${ending}`);

/** Newer ones do; the types are those of node 20. */
const runsTypeScript = (): boolean => Boolean((process.features as { readonly typescript?: unknown }).typescript);

/** Says what keeps a manifest from being served. */
export type Tell = (found: Pick<Session, 'diagnostics' | 'sources'>) => Promise<unknown>;

/** @throws UsageError when the file cannot be served. */
export async function findPolicy(cli: Cli, shown: string, setup: Setup, tell: Tell): Promise<PolicySource> {
  const file = await fileOf(resolve(cli.cwd, shown), shown);
  const folder = dirname(file);
  const ending = extname(file);
  if (modules.includes(ending)) {
    if (/ts$/.test(ending) && !runsTypeScript()) {
      throw new UsageError(
        `node ${process.versions.node} does not run TypeScript: build \`${shown}\` and serve what was built, or use node 22.18 or newer`,
      );
    }
    const config = setup.rootConfig === undefined ? {} : { POLICY_CONFIG: JSON.stringify(setup.rootConfig) };
    const env = { ...definedOnly(cli.env), ...config };
    const argv = hostArguments(file, join(packageFolder(), 'dist', 'policy.js'));
    return { name: shown, folder, start: async () => ({ argv, env, cwd: folder, port: 'told' }) };
  }
  if (manifests.includes(ending)) {
    return { name: shown, folder, start: () => startOfManifest(cli, file, shown, setup, tell) };
  }
  throw new UsageError(
    ending === '.py'
      ? `\`${shown}\` is served by the manifest that starts it, in whatever language: give that`
      : `\`${shown}\` is neither a module (${modules.join(', ')}) nor a manifest (${manifests.join(', ')})`,
  );
}

async function fileOf(path: string, shown: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `\`${shown}\` ${error.code === 'ENOENT' ? 'does not exist' : `cannot be looked at: ${ioReason(error).reason}`}`,
    );
  });
  if (!found.isDirectory()) return path;
  for (const name of manifestNames) {
    const inside = join(path, name);
    if ((await stat(inside).catch(() => undefined))?.isFile()) return inside;
  }
  throw new UsageError(`\`${shown}\` holds none of ${manifestNames.join(', ')}`);
}

const definedOnly = (env: Cli['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

async function startOfManifest(
  cli: Cli,
  file: string,
  shown: string,
  setup: Setup,
  tell: Tell,
): Promise<Start | undefined> {
  let linked: Linked | undefined;
  const input = { url: pathToFileURL(file).href, baseDir: folderUrl(dirname(file)) };
  const session = await compileInput(cli, input, setup, {
    askPolicies: false,
    onLinked: (found) => {
      linked = found;
    },
  });
  const errors = session.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !linked) {
    await tell({ diagnostics: errors, sources: session.sources });
    return undefined;
  }
  const made = startOf(linked, cli, setup, file);
  if (typeof made !== 'string') return made;
  await cli.err(`error: \`${shown}\` cannot be served: ${made}\n`);
  return undefined;
}

/** A text says why not. */
function startOf(linked: Linked, cli: Cli, { rootConfig, root: named }: Setup, manifest: string): Start | string {
  const cwd = dirname(manifest);
  const [root] = linked.graph.components;
  if (!root?.program) return 'it has no program';
  if (!('path' in root.program)) return 'only a `path` program can be served; others need the container or machine';
  const port = portOf(root, root.program);
  if (port === undefined) return 'it exports no provide of kind `http` and profile `policy` that names an endpoint';
  const config = configOf(linked, cli, rootConfig);
  if (typeof config === 'string') return config;
  const { argv, env, files, problems } = renderProgram(root.program, { config, slots: {} });
  if (problems.length > 0) return problems.join('; ');
  if (files.length > 0) return 'it mounts config, which takes the sandbox';
  const program = programFile(argv, cwd, treeOfRoot(manifest, named));
  if (typeof program !== 'string') return `${program.message}; ${program.help}`;
  const passed = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = cli.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { argv: [program, ...argv.slice(1)], cwd, env: { ...Object.fromEntries(passed), ...env }, port };
}

function portOf({ exports, provides }: Component, { network }: PathProgram): number | undefined {
  for (const target of Object.values(exports)) {
    const provide = target.target === 'self_provide' ? provides[target.provide] : undefined;
    if (provide?.kind !== 'http' || !['policy', 'overlay'].includes(provide.profile ?? '')) continue;
    const endpoint = network?.endpoints.find(({ name }) => name === provide.endpoint);
    if (endpoint) return endpoint.port;
  }
  return undefined;
}

function configOf({ rootSchema }: Linked, cli: Cli, file: JsonObject | undefined): JsonObject | string {
  if (!rootSchema) return {};
  const given = file === undefined ? {} : { file };
  const { config, missing, problems } = readRootConfig({ schema: rootSchema, needed: [''], env: cli.env, ...given });
  const faults = [
    ...referencePaths(config).map(
      (path) =>
        `config \`${path}\` is a reference to a secret, which is resolved when a scenario is compiled; give a value`,
    ),
    ...missing.map(({ path, env }) => `config \`${path}\` is missing: give it with --config, or set ${env}`),
    ...problems.map(({ path, message }) => `config${path === '' ? '' : ` \`${path}\``}: ${message}`),
  ];
  return faults.length > 0 ? faults.join('; ') : isObject(config) ? config : {};
}
