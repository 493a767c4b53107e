/** `--config FILE`: one object in YAML, JSON5 or JSON. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
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
  const bytes = await readBounded(resolve(cwd, path)).catch((error: NodeJS.ErrnoException) => reasonOf(error));
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

/** At most what a manifest may have; pipes and devices say no size before they are read. */
async function readBounded(path: string): Promise<Uint8Array | string> {
  const handle = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    for (let size = 0; size <= maxManifestBytes; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(65_536), 0, 65_536, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return `it is larger than ${maxManifestBytes / 1_048_576} MiB`;
  } finally {
    await handle.close();
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'it does not exist';
  if (error.code === 'EISDIR') return 'it is a folder';
  if (error.code === 'EACCES') return 'permission denied';
  return error.message;
}
