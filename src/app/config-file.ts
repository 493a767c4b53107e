/** `--config FILE`: one object in YAML, JSON5 or JSON. */
import { resolve } from 'node:path';
import { ioReason } from '../adapters/files/io-reason.ts';
import { readBounded, tooLarge } from '../adapters/files/read-bounded.ts';
import type { JsonObject } from '../base/json.ts';
import { at } from '../base/span.ts';
import type { Sources } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createSink } from '../diagnostics/sink.ts';
import type { GivenConfig } from '../language/config/given.ts';
import { maxManifestBytes } from '../language/syntax/limits.ts';
import { objectToJson } from '../language/syntax/to-json.ts';
import { createParser, prepareParser } from '../phases/1-parse/index.ts';

export interface ConfigFile {
  readonly value?: JsonObject;
  /** Where the file says it; it is named as it was given. */
  readonly written?: NonNullable<GivenConfig['written']>;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

export async function readConfigFile(path: string, cwd: string): Promise<ConfigFile> {
  const sink = createSink();
  const failed = (diagnostics: readonly Diagnostic[], sources: Sources = new Map()): ConfigFile => ({
    diagnostics,
    sources,
  });
  const bytes = await readBounded(resolve(cwd, path), maxManifestBytes).then(
    (found) => found ?? tooLarge(maxManifestBytes),
    reasonOf,
  );
  if (typeof bytes === 'string') return failed([D.configFile({ path, reason: bytes }, {})]);
  const parser = createParser();
  await prepareParser(path);
  const source = parser.text(path, bytes, sink);
  const root = source && parser.syntax(source, sink);
  const sources: Sources = new Map(source ? [[path, source]] : []);
  if (!root) return failed(sink.diagnostics, sources);
  if (root.kind !== 'object') {
    const reason = `it holds ${root.kind === 'null' ? 'nothing' : `a value of type ${root.kind}`}, not an object`;
    return failed([D.configFile({ path, reason }, { at: at(path, root.range) })], sources);
  }
  const written = source ? { written: { source, root } } : {};
  return { value: objectToJson(root), ...written, diagnostics: sink.diagnostics, sources };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT' ? 'it does not exist' : ioReason(error).reason;
}
