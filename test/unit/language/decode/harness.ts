import { createSink } from '../../../../src/diagnostics/sink.ts';
import type { Manifest } from '../../../../src/ir/manifest.ts';
import { canonicalManifest } from '../../../../src/language/digest.ts';
import { createParser, prepareParser } from '../../../../src/phases/1-parse/index.ts';

await prepareParser('a.json5');
const parser = createParser();

const head = 'manifest_version: "0.4.0", ';

interface Decoded {
  readonly manifest: Manifest | undefined;
  /** `code @ marked text: message`, in the order of the text. */
  readonly faults: readonly string[];
  readonly helps: readonly (string | undefined)[];
}

/** Of JSON5 without the outer braces; `manifest_version` is added unless it is there. */
export function decode(body: string, sidecars: Readonly<Record<string, string>> = {}): Decoded {
  const text = `{ ${body.includes('manifest_version') ? '' : head}${body} }`;
  const sink = createSink();
  const source = { file: 'a.json5', text };
  const root = parser.syntax(source, sink);
  if (!root) throw new Error(JSON.stringify(sink.diagnostics));
  const manifest = parser.decode(source, root, new Map(Object.entries(sidecars)), sink);
  const found = sink.diagnostics.toSorted((a, b) => (a.at?.range.start ?? 0) - (b.at?.range.start ?? 0));
  return {
    manifest,
    faults: found.map(({ code, at, message }) => {
      const marked = text.slice(at?.range.start, at?.range.end).replace(head, '');
      return `${code.replace('parse/', '')} @ ${marked}: ${message}`;
    }),
    helps: found.map((d) => d.help),
  };
}

export const faults = (body: string): readonly string[] => decode(body).faults;

/** The manifest of a text that has no fault. */
export function decoded(body: string, sidecars: Readonly<Record<string, string>> = {}): Manifest {
  const { manifest, faults } = decode(body, sidecars);
  if (!manifest || faults.length > 0) throw new Error(faults.join('\n'));
  return manifest;
}

/** One field of the canonical form. */
export const canonical = (body: string, field: string, sidecars: Readonly<Record<string, string>> = {}): unknown =>
  (JSON.parse(canonicalManifest(decoded(body, sidecars))) as Record<string, unknown>)[field];
