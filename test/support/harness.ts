/** Golden cases: a folder of inputs, compiled twice in different surroundings, and everything that comes out of it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { rootNames } from '../../src/app/input.ts';
import { type JudgeOptions, judge } from '../../src/authoring/levels/index.ts';
import { digestOf } from '../../src/base/digest.ts';
import type { JsonObject } from '../../src/base/json.ts';
import type { SourceText } from '../../src/base/text.ts';
import { type CompileOptions, type CompileResult, compile } from '../../src/compile.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { renderJson } from '../../src/diagnostics/render/json.ts';
import { renderText } from '../../src/diagnostics/render/text.ts';
import { createSink } from '../../src/diagnostics/sink.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import type { DelegationFile } from '../../src/ir/runtime-settings.ts';
import { lockName, recordingsSuffix } from '../../src/language/lock/format.ts';
import { type RunningSettings, readSettings, type Settings } from '../../src/language/settings/index.ts';
import { settingsNames } from '../../src/language/settings/names.ts';
import { withFiles } from '../../src/language/settings/probe-files.ts';
import { createParser, prepareParser } from '../../src/phases/1-parse/index.ts';
import { emitPlan, type PlanKind } from '../../src/phases/7-emit/emitters.ts';
import { graphText } from './graph-text.ts';
import { answerFileOf, createStubPolicyClient, type StubAnswer, type StubPolicyClient } from './stub-policy-client.ts';

/** `case.json` */
export interface CaseFile {
  readonly description?: string;
  /** `fail` unless told: at least one error. */
  readonly expect?: 'ok' | 'fail';
  /** `compile` when the case has answers, else `check`. */
  readonly command?: 'check' | 'compile';
  readonly answers?: Readonly<Record<string, CaseAnswer>>;
  /** The root config as `--config` gives it, and as the environment does. */
  readonly rootConfig?: JsonObject;
  readonly env?: Readonly<Record<string, string>>;
  /** Every answer comes from `headgate.lock`. */
  readonly frozen?: boolean;
  /** A bundle is to be made. */
  readonly bundle?: boolean;
  /** What is made of the plan beside it, file by file, and told of. */
  readonly emit?: readonly PlanKind[];
  /** Of the suite `fix`: also what nobody uses goes. */
  readonly unused?: boolean;
}

type CaseAnswer = StubAnswer | { readonly file: string } | { readonly status: number; readonly body?: string };

/** What a compile needs, wherever it came from. */
export interface Example {
  /** By relative path, the root manifest among them. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly root: string;
  readonly ask: boolean;
  readonly answers: ReadonlyMap<string, StubAnswer>;
  readonly rootConfig?: JsonObject | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly frozen?: boolean | undefined;
  readonly bundle?: boolean | undefined;
  readonly emit?: readonly PlanKind[] | undefined;
}

/** The same example must give the same bytes in both. */
export interface Surroundings {
  readonly folder: string;
  readonly order: (url: string) => Promise<void>;
}

export const surroundings: readonly Surroundings[] = [
  { folder: 'file:///work/scenario/', order: async () => {} },
  { folder: 'file:///C:/Users/A%20B/scenario/', order: late },
];

/** Every file takes its own number of turns of the event loop to arrive. */
async function late(url: string): Promise<void> {
  for (let turn = scatter(url) % 7; turn > 0; turn--) await new Promise((done) => setImmediate(done));
}

/** A number from a text, the same on every machine. */
function scatter(text: string): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 16777619) >>> 0;
  return hash;
}

export interface Outcome {
  readonly result: CompileResult;
  readonly client: StubPolicyClient;
  readonly folder: string;
  /** By path below the folder of its kind. */
  readonly emitted: ReadonlyMap<string, string>;
  /** The same made of the text of the plan, in which the keys of objects are in another order. */
  readonly emittedOfText: ReadonlyMap<string, string>;
}

export async function runExample(example: Example, where: Surroundings): Promise<Outcome> {
  const urls = [...example.files].map(([path, text]) => [urlOf(path, where.folder), text] as const);
  const given = await settingsOf(example);
  const lock = example.frozen || example.files.has(lockName) ? lockOf(example) : {};
  const client = createStubPolicyClient(example.answers);
  const compiled = await compile({
    input: new URL(encodeURI(example.root), where.folder).href,
    baseDir: where.folder,
    loader: createMemoryLoader(new Map(urls), { order: where.order }),
    ...(example.ask && !example.frozen ? { policyClient: client } : {}),
    ...lock,
    ...(example.bundle ? { bundle: true } : {}),
    policySettings: given.settings?.policies ?? [],
    ...(given.settings ? { runtime: runningOf(example, given.settings.running) } : {}),
    rootConfig: { env: example.env ?? {}, ...(example.rootConfig ? { file: example.rootConfig } : {}) },
  });
  const said: Diagnostic[] = [];
  const { compiled: made } = compiled;
  const kinds = made ? (example.emit ?? []) : [];
  const emitted = named(kinds, (kind) => made?.emit(kind, (one) => said.push(one)));
  const text = made?.planText ?? 'null';
  const read = { plan: JSON.parse(text) as DeploymentPlan, text };
  const emittedOfText = named(kinds, (kind) => emitPlan(kind, read, () => {}));
  const told = { ...compiled, diagnostics: [...compiled.diagnostics, ...said] };
  return { result: judged(told, example, given), client, folder: where.folder, emitted, emittedOfText };
}

/** Files of each kind, below a folder that is called like it. */
const named = (
  kinds: readonly PlanKind[],
  filesOf: (kind: PlanKind) => Iterable<readonly [string, string]> | undefined,
): ReadonlyMap<string, string> =>
  new Map(
    kinds.flatMap((kind) => [...(filesOf(kind) ?? [])].map(([name, text]) => [`${kind}/${name}`, text] as const)),
  );

/** With the files of probes as they lie in the example; the command line does the same with those of this machine. */
export function runningOf({ files }: Pick<Example, 'files'>, running: RunningSettings): RunningSettings {
  const digest = (name: string): string | null => {
    const found = files.get(name);
    return found === undefined ? null : digestOf(found);
  };
  return {
    ...running,
    probes: Object.fromEntries(
      Object.entries(running.probes).map(([name, probe]) => [name, withFiles(probe, posix.normalize)]),
    ),
    files: running.files.map((file) => {
      const name = posix.normalize(file.name);
      return { ...file, name, digest: digest(name) };
    }),
    ...(running.delegation ? { delegation: delegationOf(files, running.delegation) } : {}),
  };
}

function delegationOf(files: Example['files'], file: DelegationFile): DelegationFile {
  const name = posix.normalize(file.name);
  const found = files.get(name);
  if (found === undefined) return { ...file, name, bytes: null, fault: 'there is no such file' };
  return { ...file, name, bytes: typeof found === 'string' ? new TextEncoder().encode(found) : found };
}

/** What lies below `https/` is on the network. */
const urlOf = (path: string, folder: string): string =>
  path.startsWith('https/') ? `https://${path.slice('https/'.length)}` : new URL(encodeURI(path), folder).href;

function lockOf({ files, frozen }: Example): Pick<CompileOptions, 'lock' | 'frozen'> {
  const text = files.get(lockName);
  const folder = `${lockName}${recordingsSuffix}/`;
  const recordings = [...files].flatMap(([path, content]) =>
    path.startsWith(folder) ? [[path.slice(folder.length), content] as const] : [],
  );
  const lock = { file: lockName, text: text === undefined ? null : textOf(text), recordings: new Map(recordings) };
  return { lock, ...(frozen ? { frozen } : {}) };
}

const textOf = (content: string | Uint8Array): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

export interface Given {
  readonly settings: Settings | undefined;
  readonly source: SourceText | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export async function settingsOf({ files }: Example): Promise<Given> {
  const sink = createSink();
  const name = settingsNames.find((settings) => files.has(settings));
  if (name === undefined) return { settings: undefined, source: undefined, diagnostics: [] };
  await prepareParser(name);
  const source = createParser().text(name, new TextEncoder().encode(textOf(files.get(name) ?? '')), sink);
  return { settings: source && readSettings(source, sink), source, diagnostics: sink.diagnostics };
}

/** As the command line hands it on: after the settings file of the example, and the comments of its manifests. */
function judged(result: CompileResult, { ask }: Example, { settings, source, diagnostics }: Given): CompileResult {
  const sources = new Map(result.sources);
  if (source) sources.set(source.file, source);
  const options: JudgeOptions = {
    settingsOf: () => settings && { settings, folder: '' },
    deny: [],
    complete: (file) => result.linted.has(file),
    asked: ask,
  };
  return { ...result, sources, diagnostics: judge([...result.diagnostics, ...diagnostics], sources, options) };
}

const pretty = (text: string): string => {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return `${text}\n`;
  }
};

/** Every output by its path below `expected/`, exactly as produced. */
export function artifactsOf({ result, client, folder, emitted }: Outcome, root: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const { diagnostics, sources, compiled } = result;
  if (diagnostics.length > 0) out.set('diagnostics.txt', renderText(diagnostics, sources));
  out.set('diagnostics.json', renderJson(diagnostics, sources, { input: root }));
  for (const [index, ask] of client.asked.entries()) out.set(`requests/${index}.json`, ask.body);
  for (const [path, text] of emitted) out.set(path, text);
  if (!compiled) return out;
  out.set('graph.txt', graphText(compiled.governed, sources));
  for (const [kind, file] of [
    ['plan', 'plan.json'],
    ['ir', 'ir.json'],
  ] as const) {
    // The scenario IR says where each manifest was loaded from; nothing else may.
    for (const text of compiled.emit(kind).values())
      out.set(file, kind === 'ir' ? text.replaceAll(folder, 'file:///scenario/') : text);
  }
  return out;
}

/** As stored: one-line JSON is laid out for reviewers. */
export const forReview = (artifacts: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...artifacts].map(([path, text]) => [path, path.endsWith('.json') ? pretty(text) : text]));

export const findRoot = (names: Iterable<string>): string | undefined => {
  const there = new Set(names);
  return rootNames.find((name) => there.has(name));
};

/** Relative paths of all files below a folder, with `/`, sorted. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .sort();
}

export const isInput = (path: string): boolean => !/^(expected|actual|answers)\//.test(path) && path !== 'case.json';

export function readCaseFile(folder: string): CaseFile {
  const path = join(folder, 'case.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CaseFile) : {};
}

export function loadExample(folder: string, config: CaseFile): Example {
  const paths = filesBelow(folder);
  const inputs = paths.filter(isInput);
  const root = findRoot(inputs);
  if (root === undefined) throw new Error(`${folder} holds no root manifest`);
  const answers = new Map<string, StubAnswer>();
  for (const path of paths) {
    const { use, ...version } = answerFileOf(path) ?? {};
    if (use !== undefined) answers.set(use, { text: readFileSync(join(folder, path), 'utf8'), ...version });
  }
  for (const [use, answer] of Object.entries(config.answers ?? {})) answers.set(use, stubAnswer(folder, answer));
  return {
    files: new Map(inputs.map((path) => [path, readFileSync(join(folder, path))])),
    root,
    ask: (config.command ?? (answers.size > 0 ? 'compile' : 'check')) === 'compile',
    answers,
    rootConfig: config.rootConfig,
    env: config.env,
    frozen: config.frozen,
    bundle: config.bundle,
    emit: config.emit,
  };
}

function stubAnswer(folder: string, answer: CaseAnswer): StubAnswer {
  if ('file' in answer) return { text: readFileSync(join(folder, answer.file), 'utf8') };
  if ('status' in answer) {
    const preview = answer.body === undefined ? {} : { bodyPreview: answer.body };
    return { failure: { phase: 'status', message: `it answered with status ${answer.status}`, ...preview } };
  }
  return answer;
}
