/** Diagnostics in the formats that were asked for: for people to standard error, for programs to standard output or a file. */

import { readPage } from '../adapters/files/pages.ts';
import type { ScenarioTree } from '../adapters/files/scenario-tree.ts';
import { type Checked, checkedText } from '../app/checked.ts';
import { type Cli, exitCode } from '../app/cli.ts';
import type { Sources } from '../base/text.ts';
import { version } from '../base/version.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { TextFix } from '../diagnostics/fix.ts';
import { renderText } from '../diagnostics/render/text.ts';
import { loadSyntaxOf } from '../language/syntax/parse.ts';
import type { Format, FormatName } from './formats.ts';
import type { OutputFile } from './output.ts';

export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  /** The file of what lies in none. */
  readonly input: string;
  /** There when folders were searched. */
  readonly checked?: Checked;
}

/** `trees` are those of what was given. Answers the exit code: 1 with an error among them, or when a format could not hold them all. */
export async function report(
  cli: Cli,
  told: Report,
  formats: readonly Format[],
  trees: readonly ScenarioTree[] = [],
): Promise<number> {
  let failed = told.diagnostics.some((d) => d.severity === 'error');
  const files: OutputFile[] = [];
  for (const { name, to } of formats) {
    const { text, whole } = await render(cli, told, name);
    if (!whole) failed = true;
    if (to) files.push({ path: to.path, shown: to.shown, text });
    else await (name === 'text' ? cli.err : name === 'github' ? (cli.commands ?? cli.out) : cli.out)(text);
  }
  if (files.length === 0) return failed ? exitCode.errors : exitCode.ok;
  const { checkDestinations, writeOutputs } = await import('./output.ts');
  const blocked = await checkDestinations(
    formats.flatMap(({ to }) => to ?? []),
    trees,
  );
  const failures = blocked.length > 0 ? blocked : await cli.interrupt.hold(() => writeOutputs(files, trees));
  if (failures.length === 0) return failed ? exitCode.errors : exitCode.ok;
  await cli.err(renderText(failures, new Map(), { width: cli.width, palette: cli.palette }));
  return exitCode.errors;
}

interface Rendered {
  readonly text: string;
  /** Nothing was left out. */
  readonly whole: boolean;
}

/** Fixes in characters, for formats that carry them; loaded when there is one. What they make of a text may not be read the quick way. */
async function fixesFor(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
): Promise<(diagnostic: Diagnostic) => readonly TextFix[]> {
  if (!diagnostics.some(({ fixes = [] }) => fixes.length > 0)) return () => [];
  const [{ createFixesOf }] = await Promise.all([
    import('../authoring/fix/text-fix.ts'),
    loadSyntaxOf(sources.values()),
  ]);
  return createFixesOf(sources);
}

/** Each renderer is loaded when it is asked for. */
async function render(cli: Cli, { diagnostics, sources, input, checked }: Report, name: FormatName): Promise<Rendered> {
  const whole = (text: string): Rendered => ({ text, whole: true });
  switch (name) {
    case 'text':
      return whole(
        renderText(diagnostics, sources, { width: cli.width, palette: cli.palette }) +
          (checked ? checkedText(checked) : ''),
      );
    case 'json': {
      const { renderJson } = await import('../diagnostics/render/json.ts');
      const fixesOf = await fixesFor(diagnostics, sources);
      return whole(renderJson(diagnostics, sources, { input, fixesOf, ...(checked ? { checked } : {}) }));
    }
    case 'github': {
      const { renderGithub } = await import('../diagnostics/render/github.ts');
      return whole(renderGithub(diagnostics, sources, { input }));
    }
    case 'sarif': {
      const { renderSarif } = await import('../diagnostics/render/sarif.ts');
      const { text, cut } = renderSarif(diagnostics, sources, {
        version,
        input,
        pageOf: readPage,
        fixesOf: await fixesFor(diagnostics, sources),
      });
      return { text, whole: cut === 0 };
    }
  }
}
