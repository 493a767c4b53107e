import { resolve } from 'node:path';
import { confinedTo } from '../../adapters/files/confinement.ts';
import { machineFor } from '../../adapters/files/machine.ts';
import { createConfinedLoader } from '../../adapters/loaders/confined-loader.ts';
import { createLoader } from '../../adapters/loaders/loader.ts';
import { createOverlayLoader } from '../../adapters/loaders/overlay-loader.ts';
import { createWatchedLoader } from '../../adapters/loaders/watched-loader.ts';
import type { Checked } from '../../app/checked.ts';
import type { Cli } from '../../app/cli.ts';
import { checkDenied } from '../../app/deny.ts';
import type { SharedFlags } from '../../app/flags.ts';
import type { Input } from '../../app/input.ts';
import { findInputs, stdinInput } from '../../app/inputs.ts';
import { type Judged, judgeReported, type Reported } from '../../app/judge.ts';
import { localPath } from '../../app/local-path.ts';
import { compileInput, folderUrl, type Setup, setUp } from '../../app/session.ts';
import { createSettingComponents } from '../../app/setting-components.ts';
import { excludedIn, type SettingsFiles } from '../../app/settings-files.ts';
import { treesOf } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import type { SourceText } from '../../base/text.ts';
import { createDocuments } from '../../compile.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Linked } from '../../ir/linked.ts';
import type { DocumentStore } from '../../phases/2-resolve/document-store.ts';
import { type Format, parseFormats, writtenTo } from '../formats.ts';
import { givenFiles, refuseOver } from '../overwrite.ts';
import { report } from '../report.ts';
import { readStdin } from '../stdin.ts';

export interface CheckFlags extends SharedFlags {
  readonly format?: readonly string[];
  readonly applyPolicies?: boolean;
  readonly stdinFile?: string;
  readonly fix?: boolean;
  readonly fixUnused?: boolean;
  readonly fixDryRun?: boolean;
  readonly watch?: boolean;
}

export async function checkCommand(cli: Cli, paths: readonly string[], flags: CheckFlags): Promise<number> {
  const named = paths.length === 0 ? ['.'] : paths;
  const fixing = flags.fix === true || flags.fixUnused === true || flags.fixDryRun === true;
  const deny = flags.deny ?? [];
  const formats = parseFormats(flags.format ?? [], cli.cwd);
  refuseMeaningless(named, flags, formats, fixing);
  if (flags.watch) {
    const { watchChecks } = await import('../check-watch.ts');
    const isReading = !(fixing || flags.applyPolicies || named.includes('-')) && writtenTo(formats).length === 0;
    return watchChecks(cli, isReading, (again) => checkCommand(again, paths, { ...flags, watch: false }));
  }
  if (cli.leave && (fixing || flags.applyPolicies || flags.timings || writtenTo(formats).length > 0))
    cli.leave('it does more');
  await checkDenied(deny);
  const setup = await setUp(cli, flags);
  const { settings } = setup;
  const stdin = named.includes('-') ? stdinInput(cli.cwd, flags.stdinFile) : undefined;
  const given = new Map<string, Uint8Array>(stdin ? [[stdin.url, await (cli.stdin ?? readStdin)()]] : []);
  // Of the last time: `--fix` checks several times.
  let found: Checked | undefined;
  const written = writtenTo(formats);
  const files = written.length > 0 ? new Set<string>() : undefined;
  const check = async (texts: ReadonlyMap<string, Uint8Array>): Promise<Judged> => {
    const { checked, ...reported } = await checkAll(cli, named, flags, {
      settings,
      setup,
      stdin,
      texts: new Map(texts),
      files,
    });
    found = checked;
    return judgeReported(reported, settings, cli.cwd, { deny, asked: flags.applyPolicies === true });
  };
  const checked = await check(given);
  const settled = [...settings.sources.keys(), ...setup.settings.sources.keys(), ...givenFiles(flags)];
  for (const file of settled) cli.looked?.(resolve(cli.cwd, file));
  refuseOver(written, [...checked.sources.keys(), ...(files ?? [])], cli.cwd, 'was checked');
  refuseOver(written, settled, cli.cwd, 'this command reads');
  const trees = treesOf(
    named.filter((path) => path !== '-'),
    cli.cwd,
    setup.root,
  );
  const told = fixing
    ? await (await import('../fix-checked.ts')).fixChecked(cli, { named, trees }, flags, checked, check)
    : checked;
  return report(cli, { ...told, input: named[0] as string, ...(found ? { checked: found } : {}) }, formats, trees);
}

function refuseMeaningless(
  named: readonly string[],
  flags: CheckFlags,
  formats: readonly Format[],
  fixing: boolean,
): void {
  if (named.includes('')) throw new UsageError('one of the paths is empty; `.` is the current folder');
  if (flags.stdinFile !== undefined && !named.includes('-')) {
    throw new UsageError('--stdin-file names what `-` stands for; give `-` as a path');
  }
  if (fixing && named.includes('-')) throw new UsageError('--fix writes files, and `-` is standard input');
  if (flags.fixDryRun && formats.some(({ name, to }) => name !== 'text' && !to)) {
    throw new UsageError(
      '--fix-dry-run writes a diff to standard output; give the format a path, as in --format json=FILE',
    );
  }
}

interface Surroundings {
  readonly settings: SettingsFiles;
  readonly setup: Setup;
  readonly stdin: Input | undefined;
  /** Held in memory instead of on the disk, by URL; filled with what is read. */
  readonly texts: Map<string, Uint8Array>;
  /** Filled with the paths of all files that scenarios are made of; undefined where nobody asks. */
  readonly files: Set<string> | undefined;
}

async function checkAll(
  cli: Cli,
  paths: readonly string[],
  flags: CheckFlags,
  { settings, setup, stdin, texts, files }: Surroundings,
): Promise<Reported & { readonly checked?: Checked }> {
  if (setup.diagnostics.length > 0) return { ...setup, linted: new Set() };
  const named = paths.filter((path) => /^https?:/i.test(path));
  const asked = [...named, ...setup.asked];
  const { leave, looked } = cli;
  const onRemote = leave && (() => leave('not a file'));
  const watched = createWatchedLoader(createLoader({ http: { asked }, onRemote }), (url, isThere) => {
    const path = looked || (files && isThere) ? localPath(url) : undefined;
    if (path === undefined) return;
    looked?.(path);
    if (isThere) files?.add(path);
  });
  const loader = createOverlayLoader(watched, texts);
  // Names relative to the current folder, and every manifest read once in a tree, however many scenarios use it.
  const stores = new Map<string | undefined, DocumentStore>();
  const documentsOf = (root: string): DocumentStore => {
    const tree = setup.treeOf(root);
    const known = stores.get(tree?.folder);
    if (known) return known;
    const confined = createConfinedLoader(loader, confinedTo(tree));
    const store = createDocuments({ baseDir: folderUrl(cli.cwd), loader: confined, recall: cli.recall });
    stores.set(tree?.folder, store);
    return store;
  };
  const onRead = (url: string, bytes: Uint8Array): void => {
    if (!texts.has(url)) texts.set(url, bytes);
  };
  const {
    inputs,
    parts,
    diagnostics,
    sources: shown,
    leftOut,
  } = await findInputs(paths, {
    cwd: cli.cwd,
    documentsOf,
    stdin,
    excluded: (folder) => excludedIn(settings, folder, cli.cwd),
    onRead,
    looked,
  });
  const checked = leftOut
    ? { checked: { scenarios: inputs.filter(({ url }) => !parts?.has(url)).length, leftOut } }
    : {};
  const found: Diagnostic[] = [...diagnostics];
  const sources = new Map<string, SourceText>(shown);
  const linted = new Set<string>();
  // One after the other: policies of different scenarios must not compete for ports and processors.
  const components = createSettingComponents(settings, cli.cwd);
  for (const input of inputs) {
    const askPolicies = flags.applyPolicies === true;
    let linked: Linked | undefined;
    const onLinked = (told: Linked): void => {
      linked = told;
    };
    const session = await compileInput(cli, input, setup, {
      askPolicies,
      loader,
      documents: documentsOf(input.url),
      machine: machineFor(setup.treeOf(input.url)),
      onLinked,
      programs: false,
    });
    await components.add(input, linked, session);
    found.push(...session.diagnostics);
    for (const [file, source] of session.sources) sources.set(file, source);
    for (const file of session.linted) linted.add(file);
    if (files) for (const file of session.files()) files.add(file);
  }
  // Where policies were asked there are plans, and whoever made them has said so.
  const unknown = flags.applyPolicies ? [] : components.diagnostics();
  return { diagnostics: [...found, ...unknown], sources, linted, ...checked };
}
