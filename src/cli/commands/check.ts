import { createLoader } from '../../adapters/loader.ts';
import { createOverlayLoader } from '../../adapters/overlay-loader.ts';
import type { SourceText } from '../../base/text.ts';
import { createDocuments } from '../../compile.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Cli } from '../cli.ts';
import { checkDenied } from '../deny.ts';
import type { SharedFlags } from '../flags.ts';
import { parseFormats } from '../formats.ts';
import { findInputs, stdinInput } from '../inputs.ts';
import { judgeReported, type Reported } from '../judge.ts';
import { report } from '../report.ts';
import { compileInput, folderUrl, setUp } from '../session.ts';
import { createSettingsFiles, excludedIn, type SettingsFiles } from '../settings.ts';
import { readStdin } from '../stdin.ts';
import { UsageError } from '../usage-error.ts';

export interface CheckFlags extends SharedFlags {
  readonly format?: readonly string[];
  readonly applyPolicies?: boolean;
  readonly stdinFile?: string;
}

export async function checkCommand(cli: Cli, paths: readonly string[], flags: CheckFlags): Promise<number> {
  const named = paths.length === 0 ? ['.'] : paths;
  if (flags.stdinFile !== undefined && !named.includes('-')) {
    throw new UsageError('--stdin-file names what `-` stands for; give `-` as a path');
  }
  const deny = flags.deny ?? [];
  const formats = parseFormats(flags.format ?? [], cli.cwd);
  checkDenied(deny);
  const settings = createSettingsFiles(cli.cwd, flags.settings);
  const reported = await checkAll(cli, named, flags, settings);
  const { diagnostics, sources } = await judgeReported(reported, settings, cli.cwd, {
    deny,
    asked: flags.applyPolicies === true,
  });
  return report(cli, { diagnostics, sources, input: named[0] as string }, formats);
}

async function checkAll(
  cli: Cli,
  paths: readonly string[],
  flags: CheckFlags,
  settings: SettingsFiles,
): Promise<Reported> {
  const setup = await setUp(cli, flags);
  if (setup.diagnostics.length > 0) return { ...setup, linted: new Set() };
  const stdin = paths.includes('-') ? stdinInput(cli.cwd, flags.stdinFile) : undefined;
  const texts = new Map<string, Uint8Array>(stdin ? [[stdin.url, await readStdin()]] : []);
  const loader = createOverlayLoader(createLoader(), texts);
  // Names relative to the current folder, and every manifest read once, however many scenarios use it.
  const documents = createDocuments({ baseDir: folderUrl(cli.cwd), loader });
  const onRead = (url: string, bytes: Uint8Array): void => {
    if (!texts.has(url)) texts.set(url, bytes);
  };
  const {
    inputs,
    diagnostics,
    sources: shown,
  } = await findInputs(paths, {
    cwd: cli.cwd,
    documents,
    stdin,
    excluded: (folder) => excludedIn(settings, folder, cli.cwd),
    onRead,
  });
  const found: Diagnostic[] = [...diagnostics];
  const sources = new Map<string, SourceText>(shown);
  const linted = new Set<string>();
  // One after the other: policies of different scenarios must not compete for ports and processors.
  for (const input of inputs) {
    const askPolicies = flags.applyPolicies === true;
    const session = await compileInput(cli, input, setup, { askPolicies, loader, documents });
    found.push(...session.diagnostics);
    for (const [file, source] of session.sources) sources.set(file, source);
    for (const file of session.linted) linted.add(file);
  }
  return { diagnostics: found, sources, linted };
}
