/** Contracts and records that were named on the command line. */
import { resolve } from 'node:path';
import { createFsLoader } from '../adapters/loaders/fs-loader.ts';
import type { SourceText } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/contract.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createSink, type Sink } from '../diagnostics/sink.ts';
import { judgeDocument, type Valid } from '../language/contract/judge.ts';
import { maxManifestBytes } from '../language/syntax/limits.ts';
import { createParser, prepareParser } from '../phases/1-parse/index.ts';
import { fileUrl } from './discover.ts';
import { neighbour } from './input.ts';

export interface JudgedFiles {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceText>;
  /** By the path as typed, in the order of the command line, each once. */
  readonly valid: ReadonlyMap<string, Valid>;
}

export async function judgeContractFiles(paths: readonly string[], cwd: string): Promise<JudgedFiles> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const valid = new Map<string, Valid>();
  for (const path of new Set(paths)) {
    const source = await read(path, cwd, sink);
    if (!source) continue;
    sources.set(path, source);
    await prepareParser(path);
    const found = judgeDocument(source, sink);
    if (found) valid.set(path, found);
  }
  return { diagnostics: sink.diagnostics, sources, valid };
}

async function read(path: string, cwd: string, sink: Sink): Promise<SourceText | undefined> {
  const absolute = resolve(cwd, path);
  const loaded = await createFsLoader().load(fileUrl(absolute), { maxBytes: maxManifestBytes });
  if (loaded.ok) return createParser().text(path, loaded.value.bytes, sink);
  const near = loaded.failure.kind === 'not-found' ? neighbour(absolute, path) : undefined;
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  sink.report(D.notLoaded({ path, reason: loaded.failure.message }, { help }));
  return undefined;
}
