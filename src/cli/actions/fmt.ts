import { type Cli, exitCode } from '../../app/cli.ts';
import { createSettingsFiles, excludedIn } from '../../app/settings-files.ts';
import { rootFrom } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import { formatText } from '../../authoring/format/index.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { createSink, sortDiagnostics } from '../../diagnostics/sink.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { createParser, prepareParser } from '../../phases/1-parse/index.ts';
import { claimsToBeManifest } from '../../phases/2-resolve/claims.ts';
import { readStdin } from '../stdin.ts';
import {
  type FmtFile,
  findFiles,
  readFmtFile,
  refuseOtherEndings,
  refuseUrls,
  tooLarge,
  writeFmtFile,
} from './fmt-files.ts';

export interface FmtFlags {
  readonly check?: boolean;
  readonly stdinFile?: string;
  readonly root?: string;
}

/** Names of files that change go to standard output, one a line; a text from standard input goes there itself. */
export async function fmtCommand(cli: Cli, paths: readonly string[], flags: FmtFlags): Promise<number> {
  if (paths.includes('')) throw new UsageError('one of the paths is empty; `.` is the current folder');
  const stdin = paths.includes('-');
  if (stdin && paths.length > 1) throw new UsageError('`-` is standard input, and stands alone');
  if (flags.stdinFile !== undefined && !stdin) {
    throw new UsageError('--stdin-file names what `-` stands for; give `-` as a path');
  }
  refuseUrls(paths);
  return stdin ? formatStdin(cli, flags) : formatFiles(cli, paths.length === 0 ? ['.'] : paths, flags);
}

async function formatStdin(cli: Cli, { check, stdinFile = '<stdin>' }: FmtFlags): Promise<number> {
  const bytes = await readStdin();
  const run = createRun();
  const text = await run.format(stdinFile, bytes);
  await show(cli, run);
  if (text === undefined) return exitCode.errors;
  if (!check) {
    await cli.out(text);
    return exitCode.ok;
  }
  if (sameBytes(text, bytes)) return exitCode.ok;
  await cli.out(`${stdinFile}\n`);
  return exitCode.errors;
}

async function formatFiles(cli: Cli, paths: readonly string[], flags: FmtFlags): Promise<number> {
  const { check } = flags;
  const root = rootFrom(flags, cli);
  const settings = createSettingsFiles(cli.cwd, undefined);
  const found = await findFiles(paths, cli.cwd, (folder) => excludedIn(settings, folder, cli.cwd));
  refuseOtherEndings(found.files);
  const run = createRun();
  run.report([...found.diagnostics, ...settings.diagnostics], settings.sources.values());
  let changed = 0;
  let seen = 0;
  for (const file of found.files) {
    const outcome = await formatFile(cli, file, run, { check: check === true, root });
    if (outcome === 'no-manifest') continue;
    seen++;
    if (outcome !== 'changed') continue;
    changed++;
    await cli.out(`${file.shown}\n`);
  }
  await show(cli, run);
  if (changed > 0) await cli.err(summary(changed, seen, check === true));
  return run.failed || (check === true && changed > 0) ? exitCode.errors : exitCode.ok;
}

type Outcome = 'changed' | 'same' | 'failed' | 'no-manifest';

async function formatFile(
  cli: Cli,
  file: FmtFile,
  run: Run,
  { check, root }: { readonly check: boolean; readonly root: string | undefined },
): Promise<Outcome> {
  const bytes = await readFmtFile(file, root);
  if ('diagnostic' in bytes) {
    run.report([bytes.diagnostic]);
    return 'failed';
  }
  if (file.searched && !(await mayBeManifest(file.shown, bytes))) return 'no-manifest';
  const text = await run.format(file.shown, bytes);
  if (text === undefined) return 'failed';
  if (sameBytes(text, bytes)) return 'same';
  if (check) return 'changed';
  const failures = await cli.interrupt.hold(() => writeFmtFile({ path: file.path, shown: file.shown, text }, root));
  run.report(failures);
  return failures.length > 0 ? 'failed' : 'changed';
}

/** Also what cannot be read: formatting says why. */
async function mayBeManifest(file: string, bytes: Uint8Array): Promise<boolean> {
  const sink = createSink();
  const parser = createParser();
  await prepareParser(file);
  const source = parser.text(file, bytes, sink);
  const root = source && parser.syntax(source, sink);
  return !root || claimsToBeManifest(root);
}

interface Run {
  readonly diagnostics: Diagnostic[];
  readonly sources: Map<string, SourceText>;
  failed: boolean;
  report(diagnostics: readonly Diagnostic[], sources?: Iterable<SourceText>): void;
  /** Undefined after an error was reported. */
  format(file: string, bytes: Uint8Array): Promise<string | undefined>;
}

function createRun(): Run {
  const parser = createParser();
  const run: Run = {
    diagnostics: [],
    sources: new Map(),
    failed: false,
    report(diagnostics, sources = []) {
      run.diagnostics.push(...diagnostics);
      run.failed ||= diagnostics.some(({ severity }) => severity === 'error');
      for (const source of sources) run.sources.set(source.file, source);
    },
    async format(file, bytes) {
      if (bytes.length > maxManifestBytes) {
        run.report([D.unreadablePath({ path: file, reason: tooLarge }, {})]);
        return undefined;
      }
      const sink = createSink();
      const source = parser.text(file, bytes, sink);
      const result = source ? await formatText(source) : sink;
      if ('text' in result) return result.text;
      run.report(result.diagnostics, source ? [source] : []);
      return undefined;
    },
  };
  return run;
}

/** The bytes count: a mark of the byte order is not in the text that was read. */
const sameBytes = (text: string, bytes: Uint8Array): boolean => Buffer.from(text).equals(bytes);

const show = (cli: Cli, { diagnostics, sources }: Run): Promise<void> =>
  cli.err(renderText(sortDiagnostics(diagnostics), sources, { width: cli.width, palette: cli.palette }));

function summary(changed: number, seen: number, check: boolean): string {
  const some = `${changed} of ${seen} ${seen === 1 ? 'file' : 'files'}`;
  return check ? `${some} would change; run \`headgate fmt\` to format\n` : `formatted ${some}\n`;
}
