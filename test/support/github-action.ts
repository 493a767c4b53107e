/**
 * Runs the steps of a composite GitHub action as a runner does: expressions are evaluated, scripts run by bash with the files that
 * GITHUB_OUTPUT and GITHUB_PATH name. Steps that use other actions are only told.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const readAction = (path: string): Action => parse(readFileSync(path, 'utf8')) as Action;

export interface Surroundings {
  readonly workspace: string;
  /** Where the action itself was checked out. */
  readonly actionFolder: string;
  /** For the runner's own files. */
  readonly temp: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActionRun {
  /** Of the step that failed; 0 without one. */
  readonly status: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** What all scripts printed. */
  readonly log: string;
  /** Actions that would have been called, with what they would have been given. */
  readonly called: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
  /** What the action put on the PATH of the steps after it. */
  readonly path: readonly string[];
}

type Context = Readonly<Record<string, unknown>>;

export function runAction(action: Action, surroundings: Surroundings): ActionRun {
  const inputs: Record<string, string> = {};
  for (const [name, { default: fallback = '' }] of Object.entries(action.inputs)) inputs[name] = fallback;
  for (const [name, value] of Object.entries(surroundings.inputs ?? {})) {
    if (!(name in inputs)) throw new Error(`the action has no input ${name}`);
    inputs[name] = value;
  }
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const context: Context = { inputs, steps, github: { action_path: surroundings.actionFolder } };
  const called: ActionRun['called'][number][] = [];
  const path: string[] = [];
  let log = '';
  let status: number | null = 0;
  for (const step of action.runs.steps) {
    if (status !== 0) break;
    if (step.if !== undefined && !isTrue(evaluate(step.if, context))) continue;
    const fill = (texts: Readonly<Record<string, string>> = {}): Record<string, string> =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, interpolate(String(text), context)]));
    if (step.uses !== undefined) {
      called.push({ uses: step.uses, with: fill(step.with) });
      continue;
    }
    const ran = runScript(step, fill(step.env), path, surroundings);
    log += ran.log;
    status = ran.status;
    path.push(...ran.path);
    if (step.id !== undefined) steps[step.id] = { outputs: ran.outputs };
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, interpolate(value, context)]);
  return { status, outputs: Object.fromEntries(outputs) as Record<string, string>, log, called, path };
}

function runScript(
  step: Step,
  env: Readonly<Record<string, string>>,
  path: readonly string[],
  { workspace, temp, env: more }: Surroundings,
): { status: number | null; log: string; outputs: Record<string, string>; path: readonly string[] } {
  if (step.shell !== 'bash') throw new Error(`step ${step.name} has the shell ${step.shell}`);
  mkdirSync(temp, { recursive: true });
  const files = mkdtempSync(join(temp, 'step-'));
  const script = join(files, 'script.sh');
  // A runner interpolates scripts too, which is the danger: see the test that forbids it.
  writeFileSync(script, step.run ?? '');
  const [output, pathFile] = [join(files, 'output'), join(files, 'path')];
  const { PATH = '', HOME = '' } = process.env;
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: workspace,
    env: {
      HOME,
      PATH: [...[...path].reverse(), PATH].join(':'),
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: output,
      GITHUB_PATH: pathFile,
      ...more,
      ...env,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const lines = (file: string): readonly string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const outputs = lines(output).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return { status, log: stdout + stderr, outputs: Object.fromEntries(outputs), path: lines(pathFile) };
}

const interpolate = (text: string, context: Context): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluate(expression, context) ?? ''));

const isTrue = (value: unknown): boolean => value !== false && value !== '' && value !== undefined;

/** Names with dots, texts, `==`, `!=` and `&&`. */
function evaluate(expression: string, context: Context): unknown {
  const parts = expression.split('&&').map((part) => part.trim());
  if (parts.length > 1) return parts.every((part) => isTrue(evaluate(part, context)));
  const [left = '', operator, right = ''] = expression.trim().split(/\s*([!=]=)\s*/);
  if (operator === undefined) return lookUp(left, context);
  const equal = (lookUp(left, context) ?? '') === (lookUp(right, context) ?? '');
  return operator === '==' ? equal : !equal;
}

function lookUp(term: string, context: Context): unknown {
  const text = /^'(.*)'$/.exec(term);
  if (text) return text[1];
  if (!/^[a-z_-]+(\.[a-z_-]+)+$/.test(term)) throw new Error(`this expression is not understood here: ${term}`);
  let value: unknown = context;
  for (const name of term.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
  return value;
}
