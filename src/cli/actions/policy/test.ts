import { resolve } from 'node:path';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import { type Cli, exitCode } from '../../../app/cli.ts';
import { checkDenied } from '../../../app/deny.ts';
import { type SharedFlags, splitPair } from '../../../app/flags.ts';
import { createCompile } from '../../../app/policy-test/compile.ts';
import { readTestFiles } from '../../../app/policy-test/files.ts';
import { type Setup, setUp } from '../../../app/session.ts';
import { createSettingsFiles, excludedIn } from '../../../app/settings-files.ts';
import { treesOf } from '../../../app/tree.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { suggest } from '../../../base/suggest.ts';
import * as D from '../../../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { renderText } from '../../../diagnostics/render/text.ts';
import { sortDiagnostics } from '../../../diagnostics/sink.ts';
import type { PolicyCoverage } from '../../../policy/test/coverage.ts';
import { factsOf } from '../../../policy/test/facts.ts';
import { type RunResult, runTests } from '../../../policy/test/run.ts';
import { checkDestinations, type Destination, type OutputFile, writeOutputs } from '../../output.ts';
import { givenFiles, refuseOver } from '../../overwrite.ts';

export interface PolicyTestFlags extends SharedFlags {
  readonly format?: readonly string[];
  readonly filter?: string;
  readonly coverage?: boolean;
}

export async function policyTestCommand(cli: Cli, paths: readonly string[], flags: PolicyTestFlags): Promise<number> {
  const formats = parseFormats(flags.format ?? [], cli.cwd);
  const deny = flags.deny ?? [];
  await checkDenied(deny);
  if (paths.includes('')) throw new UsageError('one of the paths is empty; `.` is the current folder');
  const named = paths.length === 0 ? ['.'] : paths;
  const settings = createSettingsFiles(cli.cwd, flags.settings);
  const setup = await setUp(cli, flags);
  const found = await readTestFiles(named, cli.cwd, (folder) => excludedIn(settings, folder, cli.cwd));
  const early = [...setup.diagnostics, ...found.diagnostics];
  const tell = (diagnostics: readonly Diagnostic[], sources: RunResult['sources']): Promise<void> =>
    cli.err(renderText(sortDiagnostics(diagnostics), sources, { width: cli.width, palette: cli.palette }));
  // Tests that were meant to run and cannot be read must not look like a run that passed.
  if (early.length > 0) {
    await tell(early, new Map([...setup.sources, ...found.sources]));
    return exitCode.errors;
  }
  const { filter } = flags;
  const read = new Set<string>();
  const result = await runTests(found.files, {
    compile: createCompile(cli, { setup, settings, deny, read }),
    ...(filter === undefined ? {} : { wanted: (file, test) => `${file}: ${test}`.includes(filter) }),
  });
  refuseUnused(setup, result);
  const written = formats.flatMap(({ name, to }) => (to ? [{ ...to, option: `--format ${name}` }] : []));
  refuseOver(written, [...result.sources.keys(), ...read], cli.cwd, 'was tested');
  refuseOver(written, givenFiles(flags), cli.cwd, 'this command reads');
  const nothing = nothingRun(named, found.files.length, filter, result);
  if (nothing) {
    await tell([nothing], new Map());
    return exitCode.errors;
  }
  return tellAll(cli, result, {
    formats,
    covering: flags.coverage === true,
    trees: treesOf(named, cli.cwd, setup.root),
  });
}

function nothingRun(
  paths: readonly string[],
  files: number,
  filter: string | undefined,
  { tests }: RunResult,
): Diagnostic | undefined {
  if (tests.length > 0) return undefined;
  const where = paths.map((path) => `\`${path}\``).join(', ');
  if (files === 0)
    return D.noPolicyTests(
      { reason: `there is no \`*.policy-test.yaml\` in ${where}` },
      { help: 'files of tests end in .policy-test.yaml, .policy-test.json5 or .policy-test.json' },
    );
  const reason = `no test of ${where} has \`${filter}\` in its file and name`;
  return D.noPolicyTests({ reason }, { help: 'the filter is a part of `FILE: NAME`, as the report shows them' });
}

/** A `--policy` for a policy that no scenario has would be passed by in silence. */
function refuseUnused({ running }: Setup, { tests }: RunResult): void {
  const facts = tests.flatMap(({ outcome }) => (outcome ? [factsOf(outcome)] : []));
  if (facts.length === 0 || facts.some(({ linked }) => !linked)) return;
  const known = [...new Set(facts.flatMap(({ policies }) => policies.flatMap(({ names }) => names)))];
  for (const name of Object.keys(running)) {
    if (known.includes(name)) continue;
    const near = suggest(name, known);
    const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
    throw new UsageError(`--policy ${name}: no scenario of these tests has such a policy${hint}`);
  }
}

interface Telling {
  readonly formats: readonly Format[];
  readonly covering: boolean;
  readonly trees: readonly ScenarioTree[];
}

async function tellAll(cli: Cli, result: RunResult, { formats, covering, trees }: Telling): Promise<number> {
  const { coverageOf } = await import('../../../policy/test/coverage.ts');
  const coverage = covering ? coverageOf(result.tests) : undefined;
  const files: OutputFile[] = [];
  for (const { name, to } of formats) {
    const text = await render(cli, name, result, coverage);
    if (to) files.push({ path: to.path, shown: to.shown, text });
    else await (name === 'text' ? cli.err(text) : cli.out(text));
  }
  const blocked = await checkDestinations(
    formats.flatMap(({ to }) => to ?? []),
    trees,
  );
  const failures = blocked.length > 0 ? blocked : await cli.interrupt.hold(() => writeOutputs(files, trees));
  if (failures.length > 0) {
    await cli.err(renderText(failures, new Map(), { width: cli.width, palette: cli.palette }));
    return exitCode.errors;
  }
  return result.tests.some((test) => test.failures.length > 0) ? exitCode.errors : exitCode.ok;
}

async function render(
  cli: Cli,
  name: FormatName,
  result: RunResult,
  coverage: readonly PolicyCoverage[] | undefined,
): Promise<string> {
  if (name === 'json') {
    const { jsonTests } = await import('../../../policy/test/render/json.ts');
    return `${JSON.stringify(jsonTests(result, coverage), null, 2)}\n`;
  }
  if (name === 'junit') {
    const { renderJunit } = await import('../../../policy/test/render/junit.ts');
    return renderJunit(result);
  }
  const { renderCoverage, renderTests } = await import('../../../policy/test/render/text.ts');
  const text = renderTests(result, { width: cli.width, palette: cli.palette });
  return coverage ? `${text}\n${renderCoverage(coverage)}` : text;
}

const formatNames = ['text', 'json', 'junit'] as const;
type FormatName = (typeof formatNames)[number];
interface Format {
  readonly name: FormatName;
  /** Absent: standard error for text, standard output for the others. */
  readonly to?: Destination;
}

function parseFormats(given: readonly string[], cwd: string): readonly Format[] {
  const formats = (given.length === 0 ? ['text'] : given).map((text): Format => {
    const [name, path] = splitPair(text) ?? [text];
    const known = formatNames.find((format) => format === name);
    if (known === undefined)
      throw new UsageError(`--format ${name}: there is no such format; formats: ${formatNames.join(', ')}`);
    if (path === undefined || path === '-') return { name: known };
    return { name: known, to: { shown: path, path: resolve(cwd, path), toStdout: false, folder: false } };
  });
  if (formats.filter(({ name, to }) => name !== 'text' && !to).length > 1)
    throw new UsageError('two formats write to standard output; give one a path, as in --format junit=FILE');
  const paths = formats.flatMap(({ to }) => to?.path ?? []);
  if (new Set(paths).size < paths.length) throw new UsageError('two formats write to one file');
  return formats;
}
