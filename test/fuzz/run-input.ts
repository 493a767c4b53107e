/** One input through everything that `headgate check` does, and what follows when it finds no error. */
import type { Cli } from '../../src/app/cli.ts';
import { formatNames } from '../../src/cli/formats.ts';
import { report } from '../../src/cli/report.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { plain } from '../../src/diagnostics/render/palette.ts';
import { renderText } from '../../src/diagnostics/render/text.ts';
import { emitKinds } from '../../src/phases/7-emit/emitters.ts';
import {
  type Example,
  isInput,
  type Outcome,
  runExample,
  type Surroundings,
  surroundings,
} from '../support/harness.ts';
import type { StubAnswer } from '../support/stub-policy-client.ts';
import type { Injection } from './inject.ts';
import type { FuzzInput } from './make-input.ts';
import { commented, respelled, type Variant } from './metamorphic.ts';
import { crashOf, type Find, judgeDiagnostics, judgeOutput, type KnownCodes } from './oracle.ts';
import { isBundle, runBundle } from './run-bundle.ts';

export interface RunOptions {
  readonly known: KnownCodes;
  readonly injection: Injection;
  /** Called where another command would begin: each has its own time. */
  readonly step: () => void;
}

export interface RunResult {
  readonly finds: readonly Find[];
  readonly codes: readonly string[];
}

const [posix, late] = surroundings as readonly [Surroundings, Surroundings];
/** As deep as the other: an absolute path in a manifest is told relative to the folder. */
const elsewhere: Surroundings = { folder: 'file:///A%20B%23/%C3%A4/', order: late.order };

export async function runInput(input: FuzzInput, options: RunOptions): Promise<RunResult> {
  const finds: Find[] = [];
  const codes = new Set<string>();
  const guard = async (during: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      finds.push(crashOf(error, during));
    }
  };
  if (isBundle(input.root)) await guard('bundle', () => bundled(input, options, finds, codes));
  else
    await guard('check', async () => {
      await options.injection.before(input.index);
      const { result } = await runExample(exampleOf(input, false), posix);
      const diagnostics = options.injection.tamper(input.index, result.diagnostics);
      for (const { code } of diagnostics) codes.add(code);
      finds.push(...judgeDiagnostics(diagnostics, result.sources, { ...options.known, files: input.files }));
      await rendered({ ...result, diagnostics }, input.root, finds, options);
      options.step();
      if (input.index % 10 === 0) await guard('check again', () => again(input, told(result), finds));
      const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
      // Answers of policies are only read by `compile`, which has to stand them as well.
      if (!hasErrors) await guard('compile', () => compiled(input, options, finds, codes));
      options.step();
      await guard('variants', () => variants(input, diagnostics, finds));
    });
  return { finds, codes: [...codes] };
}

export function exampleOf({ files, root }: Pick<FuzzInput, 'files' | 'root'>, ask: boolean): Example {
  const answers = new Map<string, StubAnswer>();
  for (const [path, bytes] of files) {
    const use = /^answers\/(.+)\.json$/.exec(path)?.[1];
    if (use !== undefined) answers.set(use, { text: new TextDecoder().decode(bytes) });
  }
  return { files: new Map([...files].filter(([path]) => isInput(path))), root, ask, answers };
}

/** In every format of the command line. */
async function rendered(
  { diagnostics, sources }: Pick<Outcome['result'], 'diagnostics' | 'sources'>,
  input: string,
  finds: Find[],
  { step }: RunOptions,
): Promise<void> {
  for (const name of formatNames) {
    // With one format beside text it is what one command does.
    if (name === 'sarif') step();
    let out = '';
    const keep = async (text: string): Promise<void> => {
      out += text;
    };
    const interrupt = { hold: <T>(write: () => T) => write() };
    const cli = { out: keep, err: keep, interrupt, width: 80, palette: plain, env: {}, cwd: '/' } as unknown as Cli;
    await report(cli, { diagnostics, sources, input }, [{ name }]);
    finds.push(...judgeOutput(name, out));
  }
}

const told = ({ diagnostics, sources }: Pick<Outcome['result'], 'diagnostics' | 'sources'>): string =>
  JSON.stringify(diagnostics) + renderText(diagnostics, sources);

/** Other paths, and files that arrive in another order, give the same bytes. */
async function again(input: FuzzInput, before: string, finds: Find[]): Promise<void> {
  const { result } = await runExample(exampleOf(input, false), elsewhere);
  const after = told(result);
  if (after === before) return;
  const at = [...after].findIndex((character, i) => character !== before[i]);
  const detail = `first ${JSON.stringify(before.slice(Math.max(0, at - 200), at + 200))}\nthen ${JSON.stringify(after.slice(Math.max(0, at - 200), at + 200))}`;
  finds.push({ kind: 'nondeterministic', signature: 'nondeterministic', detail });
}

async function bundled(input: FuzzInput, options: RunOptions, finds: Find[], codes: Set<string>): Promise<void> {
  await options.injection.before(input.index);
  const { diagnostics, sources } = await runBundle(input);
  for (const { code } of diagnostics) codes.add(code);
  finds.push(...judgeDiagnostics(diagnostics, sources, { ...options.known, files: input.files }));
  await rendered({ diagnostics, sources }, input.root, finds, options);
}

/** A scenario without an error is linked, and with its policies asked it has a plan or a reason. */
async function compiled(input: FuzzInput, options: RunOptions, finds: Find[], codes: Set<string>): Promise<void> {
  const { result } = await runExample(exampleOf(input, true), posix);
  for (const { code } of result.diagnostics) codes.add(code);
  finds.push(...judgeDiagnostics(result.diagnostics, result.sources, { ...options.known, files: input.files }));
  finds.push(...judgeOutput('text', renderText(result.diagnostics, result.sources)));
  const hasErrors = result.diagnostics.some(({ severity }) => severity === 'error');
  if (result.compiled && !hasErrors) for (const kind of emitKinds) result.compiled.emit(kind);
  else if (!hasErrors)
    finds.push({ kind: 'link', signature: 'no plan', detail: 'no error is reported, and there is no plan' });
}

async function variants(input: FuzzInput, diagnostics: readonly Diagnostic[], finds: Find[]): Promise<void> {
  if (input.index % 3 === 0) {
    const pair = respelled(input);
    if (pair) await respelledAlike(pair, finds);
  }
  if (input.index % 4 === 1) {
    const variant = commented(input, diagnostics);
    if (variant) await commentedAlike(variant, diagnostics, finds);
  }
}

async function respelledAlike(pair: readonly [Variant, Variant], finds: Find[]): Promise<void> {
  const [yaml, json5] = await Promise.all(
    pair.map(async (variant) => {
      const { result } = await runExample(exampleOf(variant, false), posix);
      return [
        ...new Set(
          result.diagnostics.map(({ code }) => code.replace(/^parse\/(?:yaml|json5)-syntax$/, 'a syntax error')),
        ),
      ].sort();
    }),
  );
  if (String(yaml) === String(json5)) return;
  const only = (one: readonly string[] = [], other: readonly string[] = []): string =>
    one.filter((code) => !other.includes(code)).join(' ') || '-';
  const detail = `only in YAML: ${only(yaml, json5)}\nonly in JSON5: ${only(json5, yaml)}`;
  finds.push({ kind: 'spelling', signature: `spelling ${detail}`, detail });
}

async function commentedAlike(
  variant: Variant & { readonly shift: ReadonlyMap<string, number> },
  before: readonly Diagnostic[],
  finds: Find[],
): Promise<void> {
  const { result } = await runExample(exampleOf(variant, false), posix);
  const place = ({ code, at }: Diagnostic, moved: boolean): string => {
    const by = moved ? (variant.shift.get(at?.file ?? '') ?? 0) : 0;
    return `${code} ${at?.file} ${(at?.range.start ?? 0) + by}..${(at?.range.end ?? 0) + by}`;
  };
  const expected = before.map((d) => place(d, true)).sort();
  const actual = result.diagnostics.map((d) => place(d, false)).sort();
  if (String(expected) === String(actual)) return;
  const gone = expected.filter((line) => !actual.includes(line));
  const made = actual.filter((line) => !expected.includes(line));
  const codes = [...new Set([...gone, ...made].map((line) => line.split(' ')[0]))].join(' ');
  finds.push({
    kind: 'comment',
    signature: `comment ${codes}`,
    detail: `expected ${gone.join(', ')}\nfound ${made.join(', ')}`,
  });
}
