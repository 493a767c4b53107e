/** Compiles the scenario of a policy test exactly as `compile` does, with real policies. */
import { basename, dirname, resolve } from 'node:path';
import type { Range } from '../../base/span.ts';
import { inputNotFound } from '../../diagnostics/catalogue/cli.ts';
import * as D from '../../diagnostics/catalogue/test.ts';
import type { HeardAnswer } from '../../ir/governed.ts';
import type { Linked } from '../../ir/linked.ts';
import { formatOf } from '../../language/syntax/parse.ts';
import { displayName, normalUrl } from '../../language/urls.ts';
import { onlyRange, type Setting, type TestFile } from '../../policy/test/file.ts';
import type { CompileSetting } from '../../policy/test/run.ts';
import type { Loader } from '../../ports/loader.ts';
import type { Cli } from '../cli.ts';
import { fileUrl } from '../discover.ts';
import { findInput, type Input } from '../input.ts';
import { judgeReported } from '../judge.ts';
import { createRenamer } from '../rename.ts';
import { compileInput, folderUrl, loaderFor, type Setup } from '../session.ts';
import type { SettingsFiles } from '../settings-files.ts';

export interface CompileContext {
  readonly setup: Setup;
  readonly settings: SettingsFiles;
  readonly deny: readonly string[];
  /** Filled with the paths of all files that scenarios are made of. */
  readonly read?: Set<string>;
}

export const createCompile =
  (given: Cli, { setup, settings, deny, read }: CompileContext): CompileSetting =>
  async (file, setting) => {
    // A test must not depend on the shell it is run from.
    const cli: Cli = { ...given, env: {} };
    const found = await inputOf(file, setting, cli.cwd, setup);
    if ('reason' in found) {
      const at = { file: file.source.file, range: setting.scenario.range };
      return D.noScenario({ reason: found.reason }, { at, help: found.help });
    }
    const urls = Object.fromEntries([...setting.policies].map(([name, { url }]) => [name, url]));
    let linked: Linked | undefined;
    const heard: HeardAnswer[] = [];
    const session = await compileInput(
      cli,
      found,
      {
        ...setup,
        running: { ...urls, ...setup.running },
        rootConfig: { ...setup.rootConfig, ...setting.config },
        // A part of it is written in the test.
        rootConfigWritten: undefined,
      },
      {
        askPolicies: true,
        onLinked: (result) => {
          linked = result;
        },
        onAnswer: (answer) => heard.push(answer),
      },
    );
    for (const path of session.files()) read?.add(path);
    const { diagnostics, sources } = await judgeReported(session, settings, cli.cwd, { deny, asked: true });
    const governed = session.result.compiled?.governed;
    const rename = found.rename ?? createRenamer(found.baseDir, cli.cwd);
    return { diagnostics, sources, heard, rename, ...(linked ? { linked } : {}), ...(governed ? { governed } : {}) };
  };

interface NoScenario {
  readonly reason: string;
  readonly help?: string | undefined;
}

async function inputOf(file: TestFile, { scenario }: Setting, cwd: string, setup: Setup): Promise<Input | NoScenario> {
  const path = resolve(cwd, file.source.file);
  const folder = folderUrl(dirname(path));
  const texts = new Map(
    [...file.manifests].flatMap(([name, range]) => {
      const url = URL.canParse(name, folder) ? normalUrl(new URL(name, folder)) : undefined;
      return url === undefined ? [] : [[url, range] as const];
    }),
  );
  if (scenario.kind === 'inline') {
    const url = fileUrl(resolve(dirname(path), `${basename(path)}.scenario`));
    texts.set(url, scenario.range);
    return withInline({ url, baseDir: folder }, file, texts, { cwd, setup });
  }
  const named = URL.canParse(scenario.path, folder) ? normalUrl(new URL(scenario.path, folder)) : '';
  if (texts.has(named)) return withInline({ url: named, baseDir: folder }, file, texts, { cwd, setup });
  const found = await findInput(scenario.path, dirname(path));
  if ('diagnostic' in found) {
    const { message, help } = found.diagnostic;
    // What the command line would be told says nothing of a file of tests, unless it knows what was meant.
    const plain = inputNotFound({ path: scenario.path, near: undefined }, {}).help;
    return { reason: message, help: help === plain ? undefined : help };
  }
  return texts.size === 0 ? found : withInline(found, file, texts, { cwd, setup });
}

/** Manifests in the file of tests come before files of the same path; what is wrong in them is shown in the file of tests. */
function withInline(
  input: Input,
  file: TestFile,
  texts: ReadonlyMap<string, Range>,
  { cwd, setup }: { readonly cwd: string; readonly setup: Setup },
): Input {
  const { source } = file;
  const below = input.loader ?? loaderFor(input, setup);
  const loader: Loader = {
    async load(url, limits) {
      const range = texts.get(url);
      if (!range) return below.load(url, limits);
      const bytes = Buffer.from(onlyRange(source.text, range));
      return { ok: true, value: { url, bytes, format: formatOf(source) } };
    },
  };
  const own = new Set([...texts.keys()].map((url) => displayName(url, input.baseDir)));
  const rename = input.rename ?? createRenamer(input.baseDir, cwd);
  return {
    ...input,
    loader,
    rename: (name) => (own.has(name) ? source.file : rename(name)),
    sources: new Map([...(input.sources ?? []), [source.file, source]]),
  };
}
