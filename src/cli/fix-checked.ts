/** `check --fix`: what was found is mended, and what is left is told. */
import type { ScenarioTree } from '../adapters/files/scenario-tree.ts';
import type { Cli } from '../app/cli.ts';
import type { Judged } from '../app/judge.ts';
import { sortDiagnostics } from '../diagnostics/sink.ts';
import { createToPath, fixFiles, overlayOf } from './fix.ts';

export interface FixFlags {
  readonly fixUnused?: boolean;
  readonly fixDryRun?: boolean;
}

/** Writes what can be mended; answers what is left to say. */
export async function fixChecked(
  cli: Cli,
  { named, trees }: { readonly named: readonly string[]; readonly trees: readonly ScenarioTree[] },
  flags: FixFlags,
  checked: Judged,
  check: (texts: ReadonlyMap<string, Uint8Array>) => Promise<Judged>,
): Promise<Judged> {
  const toPath = createToPath(cli.cwd, named);
  const dryRun = flags.fixDryRun === true;
  const fixed = await fixFiles(
    { ...checked, toPath, trees },
    { unused: flags.fixUnused === true, dryRun },
    (texts) => check(overlayOf(texts, toPath)),
    cli.interrupt.hold,
  );
  for (const { file } of fixed.files) await cli.err(`${dryRun ? 'would fix' : 'fixed'} ${file}\n`);
  if (fixed.files.length > 0)
    await cli.err(`${counted(fixed.count, 'problem')} in ${counted(fixed.files.length, 'file')}\n`);
  if (dryRun) {
    const { unifiedDiff } = await import('../base/line-diff.ts');
    await cli.out(fixed.files.map(({ file, before, after }) => unifiedDiff(file, before, after)).join(''));
  }
  // Nothing was written in a dry run, so what was found is still there.
  if (dryRun) return checked;
  return { diagnostics: sortDiagnostics([...fixed.diagnostics, ...fixed.problems]), sources: fixed.sources };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
