import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { createSink, sortDiagnostics } from '../../../../src/diagnostics/sink.ts';
import type { Manifest } from '../../../../src/ir/manifest.ts';
import { loadMetaschema } from '../../../../src/language/schema/metaschema.ts';
import { createParser, prepareParser } from '../../../../src/phases/1-parse/index.ts';
import { checkManifest } from '../../../../src/phases/3-check/index.ts';
import { type LintInput, runLints } from '../../../../src/phases/4-link/lints/run-lints.ts';
import { usersOf } from '../../../../src/phases/4-link/lints/support/users.ts';

await prepareParser('scenario.json5');
await loadMetaschema();
const parser = createParser();

/** A manifest of 0.4.0 (unless the text says otherwise) from JSON5 without the outer braces. The shape must be right. */
export function manifestOf(body: string): { readonly manifest: Manifest; readonly text: string } {
  const version = body.includes('manifest_version') ? '' : 'manifest_version: "0.4.0",';
  const text = `{${version}\n${body}\n}`;
  const sink = createSink();
  const source = parser.text('scenario.json5', new TextEncoder().encode(text), sink);
  const root = source && parser.syntax(source, sink);
  const manifest = source && root && parser.decode(source, root, new Map(), sink);
  if (!manifest || sink.diagnostics.length > 0) throw new Error(JSON.stringify(sink.diagnostics));
  return { manifest, text };
}

/** `code @ text at the primary range`, sorted by place. */
const shown = (diagnostics: readonly Diagnostic[], text: string): string[] =>
  sortDiagnostics(diagnostics).map(
    ({ code, at }) => `${code.replace(/^.*\//, '')} @ ${at ? text.slice(at.range.start, at.range.end) : 'nowhere'}`,
  );

export function problems(body: string): string[] {
  return shown(diagnosticsOf(body), manifestOf(body).text);
}

export function diagnosticsOf(body: string): readonly Diagnostic[] {
  const sink = createSink();
  checkManifest(manifestOf(body).manifest, sink);
  return sink.diagnostics;
}

export function lints(body: string, input: Partial<LintInput> = {}): string[] {
  const { manifest, text } = manifestOf(body);
  const sink = createSink();
  const base = {
    moniker: '/',
    isRoot: true,
    linked: true,
    weaklyFedSlots: new Set<string>(),
    feedsProgramFromOutside: false,
    isTask: false,
    users: usersOf([]),
  };
  runLints({ ...base, manifest, ...input }, sink);
  return shown(sink.diagnostics, text);
}

/** A program that serves endpoint `http`, and what makes it reachable; `more` stands inside the program. */
export const serving = (more = '', endpoints = ''): string =>
  `program: { path: "./serve", ${more} network: { endpoints: [{ name: "http", port: 80 }${endpoints}] } },
  provides: { api: { kind: "http", endpoint: "http" } }, exports: { api: "provides.api" },`;
