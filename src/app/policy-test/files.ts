/** What `policy test` is told to run: files, and folders with every file of tests in them. */
import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { confinedTo } from '../../adapters/files/confinement.ts';
import { findPolicyTests } from '../../adapters/files/policy-test-finder.ts';
import { treeOfRoot } from '../../adapters/files/scenario-tree.ts';
import { createConfinedLoader } from '../../adapters/loaders/confined-loader.ts';
import { createFsLoader } from '../../adapters/loaders/fs-loader.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createSink } from '../../diagnostics/sink.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { createParser, prepareParser } from '../../phases/1-parse/index.ts';
import { readTestFile, type TestFile } from '../../policy/test/file.ts';
import { fileUrl } from '../discover.ts';
import { neighbour } from '../input.ts';

export interface TestFiles {
  /** In the order of the command line, each once. */
  readonly files: readonly TestFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceText>;
}

/** `excluded` is asked for each folder, and answers of absolute paths. */
export async function readTestFiles(
  paths: readonly string[],
  cwd: string,
  excluded: (folder: string) => Promise<(path: string) => boolean>,
): Promise<TestFiles> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const found = new Map<string, string>();
  const add = async (shown: string): Promise<void> => {
    const path = resolve(cwd, shown);
    const real = await realpath(path).catch(() => path);
    if (!found.has(real)) found.set(real, shown);
  };
  for (const shown of paths) {
    const path = resolve(cwd, shown);
    const there = await stat(path).catch(() => undefined);
    if (!there?.isDirectory()) {
      await add(shown);
      continue;
    }
    const skip = await excluded(path);
    const inside = await findPolicyTests(path, (file) => skip(join(path, file)));
    for (const { path: at, reason } of inside.unreadable)
      sink.report(D.unreadablePath({ path: join(shown, at), reason }, {}));
    for (const file of inside.files) await add(join(shown, file));
  }
  const files: TestFile[] = [];
  for (const shown of found.values()) {
    const source = await readSource(shown, cwd, sink.report);
    if (!source) continue;
    sources.set(shown, source);
    await prepareParser(shown);
    const file = readTestFile(source, sink);
    if (file) files.push(file);
  }
  return { files, diagnostics: sink.diagnostics, sources };
}

async function readSource(
  shown: string,
  cwd: string,
  report: (diagnostic: Diagnostic) => void,
): Promise<SourceText | undefined> {
  const path = resolve(cwd, shown);
  const loaded = await createConfinedLoader(createFsLoader(), confinedTo(treeOfRoot(path))).load(fileUrl(path), {
    maxBytes: maxManifestBytes,
  });
  if (loaded.ok) return createParser().text(shown, loaded.value.bytes, { report, diagnostics: [], hasErrors: false });
  const near = neighbour(path, shown);
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  report(D.policyTestFile({ path: shown, reason: loaded.failure.message }, { help }));
  return undefined;
}
