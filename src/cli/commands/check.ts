import { createLoader } from '../../adapters/loader.ts';
import { createOverlayLoader } from '../../adapters/overlay-loader.ts';
import type { Sources, SourceText } from '../../base/text.ts';
import { createDocuments } from '../../compile.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../diagnostics/sink.ts';
import type { Cli } from '../cli.ts';
import { denier } from '../deny.ts';
import type { SharedFlags } from '../flags.ts';
import { findInputs, stdinInput } from '../inputs.ts';
import { type Format, report } from '../report.ts';
import { compileInput, folderUrl, setUp } from '../session.ts';
import { readStdin } from '../stdin.ts';
import { UsageError } from '../usage-error.ts';

export interface CheckFlags extends SharedFlags {
  readonly format: Format;
  readonly applyPolicies?: boolean;
  readonly stdinFile?: string;
}

export async function checkCommand(cli: Cli, paths: readonly string[], flags: CheckFlags): Promise<number> {
  const named = paths.length === 0 ? ['.'] : paths;
  if (flags.stdinFile !== undefined && !named.includes('-')) {
    throw new UsageError('--stdin-file names what `-` stands for; give `-` as a path');
  }
  const deny = denier(flags.deny ?? []);
  const { diagnostics: found, sources } = await checkAll(cli, named, flags);
  const diagnostics = sortDiagnostics(found.map(deny));
  return report(cli, diagnostics, sources, { format: flags.format, input: named[0] as string });
}

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

async function checkAll(cli: Cli, paths: readonly string[], flags: CheckFlags): Promise<Checked> {
  const setup = await setUp(cli, flags);
  if (setup.diagnostics.length > 0) return setup;
  const stdin = paths.includes('-') ? stdinInput(cli.cwd, flags.stdinFile) : undefined;
  const loader = stdin
    ? createOverlayLoader(createLoader(), new Map([[stdin.url, await readStdin()]]))
    : createLoader();
  // Names relative to the current folder, and every manifest read once, however many scenarios use it.
  const documents = createDocuments({ baseDir: folderUrl(cli.cwd), loader });
  const excluded = async () => () => false;
  const { inputs, diagnostics } = await findInputs(paths, { cwd: cli.cwd, documents, stdin, excluded });
  const found: Diagnostic[] = [...diagnostics];
  const texts = new Map<string, SourceText>();
  // One after the other: policies of different scenarios must not compete for ports and processors.
  for (const input of inputs) {
    const askPolicies = flags.applyPolicies === true;
    const session = await compileInput(cli, input, setup, { askPolicies, loader, documents });
    found.push(...session.diagnostics);
    for (const [file, source] of session.sources) texts.set(file, source);
  }
  return { diagnostics: found, sources: texts };
}
