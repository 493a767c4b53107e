/** One compile as the commands run it: ports chosen, result told in paths of the current folder. */
import { pathToFileURL } from 'node:url';
import { confinedTo } from '../adapters/files/confinement.ts';
import { createConfinedLoader } from '../adapters/loaders/confined-loader.ts';
import { createLoader } from '../adapters/loaders/loader.ts';
import { createWatchedLoader } from '../adapters/loaders/watched-loader.ts';
import type { HiddenPlace } from '../adapters/sandbox/hidden.ts';
import type { JsonObject } from '../base/json.ts';
import type { Sources } from '../base/text.ts';
import { type CompileOptions, type CompileResult, compile } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Linked } from '../ir/linked.ts';
import type { GivenConfig } from '../language/config/given.ts';
import { displayName } from '../language/urls.ts';
import type { DocumentStore } from '../phases/2-resolve/document-store.ts';
import { namedFiles, programUrl } from '../phases/5-govern/lock/program-urls.ts';
import type { Loader } from '../ports/loader.ts';
import type { PolicyClient, PolicyLimits } from '../ports/policy-client.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Cli } from './cli.ts';
import { readConfigFile } from './config-file.ts';
import { limitsFrom, runningFrom, type SharedFlags } from './flags.ts';
import type { Input } from './input.ts';
import { localPath } from './local-path.ts';
import { createLazyPolicyClient } from './policy-client.ts';
import { namer, type PolicyOptions, policyOptions, settingsFor, type TrustFlags } from './policy-options.ts';
import { createRenamer, renameDiagnostic, renameSources } from './rename.ts';
import { createSettingsFiles, type SettingsFiles } from './settings-files.ts';
import { askedFrom, createTreeOf, rootFrom, type TreeOf } from './tree.ts';
import type { Untrusted } from './trust/judge-trust.ts';
import { UsageError } from './usage-error.ts';

/** What the flags mean for every compile of one command. */
export interface Setup {
  readonly running: Readonly<Record<string, string>>;
  readonly limits: Partial<PolicyLimits>;
  readonly sandbox: boolean;
  readonly timings: boolean;
  readonly rootConfig: JsonObject | undefined;
  /** Where `rootConfig` is written. */
  readonly rootConfigWritten?: GivenConfig['written'];
  /** Settings file, lock, and what may be trusted. */
  readonly trust: TrustFlags;
  /** What `--root` names. */
  readonly root: string | undefined;
  readonly treeOf: TreeOf;
  /** What `--state-dir` names. */
  readonly stateDir?: string;
  /** URLs that the user asked for, wherever they lead. */
  readonly asked: readonly string[];
  /** For what they say of policies. */
  readonly settings: SettingsFiles;
  /** Names the folders of the user, also where policies are shown no environment. */
  readonly env: Cli['env'];
  /** Of the file of `--config`; with an error there is nothing to compile. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

export async function setUp(cli: Cli, flags: SharedFlags): Promise<Setup> {
  const running = runningFrom(flags);
  const limits = limitsFrom(flags);
  const config = flags.config === undefined ? undefined : await readConfigFile(flags.config, cli.cwd);
  const root = rootFrom(flags, cli);
  return {
    running,
    limits,
    sandbox: flags.sandbox !== false,
    timings: flags.timings === true,
    rootConfig: config?.value,
    ...(config?.written ? { rootConfigWritten: config.written } : {}),
    trust: flags,
    root,
    treeOf: createTreeOf(root),
    asked: askedFrom(flags),
    ...(flags.stateDir === undefined ? {} : { stateDir: flags.stateDir }),
    settings: createSettingsFiles(cli.cwd, flags.settings),
    env: cli.env,
    diagnostics: config?.diagnostics ?? [],
    sources: config?.sources ?? new Map(),
  };
}

export interface Session {
  /** Files are named from the current folder. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  /** Names of the manifests that all lints have seen. */
  readonly linted: ReadonlySet<string>;
  /** Absolute paths of what was read, and of what programs are started from: nothing is to be written there. Worked out when it is asked for. */
  readonly files: () => ReadonlySet<string>;
  readonly result: CompileResult;
}

export interface SessionOptions
  extends Pick<
    CompileOptions,
    | 'firstLineOf'
    | 'machine'
    | 'onLinked'
    | 'onAnswer'
    | 'programs'
    | 'bundle'
    | 'record'
    | 'spans'
    | 'verify'
    | 'without'
  > {
  readonly askPolicies: boolean;
  /** Stands between the compile and the policies. */
  readonly client?: (live: PolicyClient) => PolicyClient;
  readonly loader?: Loader;
  /** Shared with other sessions; names are relative to its folder. */
  readonly documents?: DocumentStore;
}

export async function compileInput(cli: Cli, input: Input, setup: Setup, options: SessionOptions): Promise<Session> {
  const timings: [string, number][] = [];
  // A bundle is read from itself alone, under names of its own.
  // So is what a lock answers for, whose names do not depend on the current folder.
  const documents = input.loader || input.ir || setup.trust.frozen ? undefined : options.documents;
  const baseDir = documents?.baseDir ?? input.baseDir;
  if (setup.trust.frozen && !options.askPolicies)
    throw new UsageError('--frozen takes the answers of policies from a lock; give --apply-policies too');
  if (setup.trust.frozen && input.ir)
    throw new UsageError(
      '--frozen takes the answers of policies from a lock, and those of a scenario IR were applied before',
    );
  const given = await policyOptions(cli, input, baseDir, setup);
  const refused = options.askPolicies ? await untrustedFor(cli, input, setup) : undefined;
  // Nothing is asked, and no answer taken from a lock: there is no plan then.
  const { frozen, ...rest } = given;
  const policies: PolicyOptions = frozen && !refused ? given : rest;
  const asking = options.askPolicies && !policies.frozen && !refused;
  const urls = new Set<string>();
  let started: Linked | undefined;
  const tree = setup.treeOf(input.url);
  const secrets = await vaultsOf(cli, input, baseDir, setup, policies);
  const live = createLazyPolicyClient(cli, setup.sandbox, tree?.folder, secrets?.hidden);
  const confinement = confinedTo(tree);
  const shown: Diagnostic[] = [];
  const result = await compile({
    input: input.url,
    baseDir,
    ...(input.ir ? { ir: true } : {}),
    // A bundle reads nothing but itself.
    loader: createWatchedLoader(input.loader ?? loaderFor(input, setup, options.loader), (url, isThere) => {
      if (isThere) urls.add(url);
    }),
    ...(input.loader ? {} : { confinement }),
    ...(documents ? { documents } : {}),
    ...(asking ? { policyClient: options.client ? options.client(live) : live } : {}),
    rootConfig: givenConfig(cli, setup, baseDir),
    running: setup.running,
    limits: setup.limits,
    ...policies,
    ...(options.programs === undefined ? {} : { programs: options.programs }),
    ...(options.bundle ? { bundle: true } : {}),
    ...(options.record ? { record: true } : {}),
    ...(options.verify ? { verify: options.verify } : {}),
    ...(options.without ? { without: options.without } : {}),
    ...(options.machine ? { machine: options.machine } : {}),
    ...(options.firstLineOf ? { firstLineOf: options.firstLineOf } : {}),
    onLinked: (linked) => {
      started = linked;
      shown.push(...(secrets?.shownBy(linked) ?? []));
      options.onLinked?.(linked);
    },
    ...(asking && secrets ? { secrets: secrets.port } : {}),
    ...(options.onAnswer ? { onAnswer: options.onAnswer } : {}),
    ...(options.spans ? { spans: options.spans } : {}),
    ...(setup.timings ? { onPhase: (name, ms) => timings.push([name, ms]), now: cli.now } : {}),
  });
  await secrets?.port.close();
  // Nobody knows what faulty settings declare.
  const declared = !(await setup.settings.faulty(settingsFor(cli, input)));
  const rename = input.rename ?? createRenamer(baseDir, cli.cwd);
  if (setup.timings) await cli.err(timingTable(displayName(input.url, folderUrl(cli.cwd)), timings));
  return {
    diagnostics: [
      ...result.diagnostics
        .filter(({ code }) => declared || code !== 'link/unknown-vault')
        .map((d) => renameDiagnostic(d, rename)),
      ...shown,
      ...(refused?.diagnostics ?? []),
    ],
    sources: new Map([...renameSources(result.sources, rename), ...(input.sources ?? [])]),
    linted: new Set([...result.linted].map(rename)),
    files: () => new Set([...urls, ...(started ? startedFrom(started) : [])].flatMap((url) => localPath(url) ?? [])),
    result,
  };
}

interface SessionVaults {
  readonly port: Secrets;
  readonly hidden: readonly HiddenPlace[];
  readonly shownBy: (linked: Linked) => readonly Diagnostic[];
}

/** Undefined where the settings declare none: then nothing of it is loaded. */
async function vaultsOf(
  cli: Cli,
  input: Input,
  baseDir: string,
  { settings, stateDir }: Setup,
  { runtime }: PolicyOptions,
): Promise<SessionVaults | undefined> {
  const { vaults = {} } = runtime ?? {};
  if (Object.keys(vaults).length === 0) return undefined;
  const [{ createLazySecrets }, { hiddenFrom, vaultKeysShown }] = await Promise.all([
    import('./policy-secrets.ts'),
    import('./vault-key-shown.ts'),
  ]);
  const folder = localPath(baseDir) ?? cli.cwd;
  const file = (await settings.of(settingsFor(cli, input)))?.settings.file;
  const source = file === undefined ? undefined : settings.sources.get(file);
  const ctx = { vaults, folder, stateDir };
  return {
    port: createLazySecrets(cli, vaults, { folder, stateDir }),
    hidden: hiddenFrom(cli, ctx),
    shownBy: (linked) => vaultKeysShown(cli, linked, { ...ctx, source }),
  };
}

function givenConfig(
  { env, cwd }: Cli,
  { rootConfig, rootConfigWritten: written }: Pick<Setup, 'rootConfig' | 'rootConfigWritten'>,
  baseDir: string,
): GivenConfig {
  if (!rootConfig) return { env };
  if (!written) return { env, file: rootConfig };
  const source = { ...written.source, file: namer(baseDir, cwd)(written.source.file) };
  return { env, file: rootConfig, written: { ...written, source } };
}

/** Local files are those of the scenario's tree; `below` reads them, the command line's own loader unless given. */
export const loaderFor = (
  { url }: Pick<Input, 'url'>,
  { treeOf, asked }: Pick<Setup, 'treeOf' | 'asked'>,
  below?: Loader,
): Loader => createConfinedLoader(below ?? createLoader({ http: { asked: [url, ...asked] } }), confinedTo(treeOf(url)));

/** What the settings of an input ask for and the user has not trusted. */
export const untrustedFor = (cli: Cli, input: Input, setup: Setup): Promise<Untrusted | undefined> =>
  setup.settings.untrusted(settingsFor(cli, input), setup.env, setup.trust);

/** URLs of the files of programs, those of policies among them. Components of one manifest mostly have one program. */
function startedFrom({ graph, policies }: Linked): readonly string[] {
  const components = [...graph.components, ...policies.graph.components];
  const distinct = new Map(components.map((one) => [`${one.url} ${JSON.stringify(one.program)}`, one]));
  return [...distinct.values()].flatMap((component) => [
    ...namedFiles(component),
    ...[programUrl(component) ?? []].flat(),
  ]);
}

/** Ends with a slash, as the base of relative URLs. */
export const folderUrl = (path: string): string => pathToFileURL(path).href.replace(/\/?$/, '/');

function timingTable(title: string, timings: readonly (readonly [string, number])[]): string {
  const total = timings.reduce((sum, [, ms]) => sum + ms, 0);
  const rows = [...timings, ['total', total] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, ms]) => `  ${name.padEnd(width)} ${ms.toFixed(1).padStart(9)} ms`);
  return `${[`timings of ${title}`, ...lines].join('\n')}\n`;
}
