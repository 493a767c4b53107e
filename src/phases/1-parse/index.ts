/**
 * Phase 1, parse. In: the bytes of one file. Out: its manifest, every field with its range. Never fails as a whole: faults are
 * reported, and the answer is undefined. YAML and JSON5 give the same tree, so nothing behind this phase knows the format.
 */
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/parse.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { fileRefs } from '../../language/decode/file-refs.ts';
import { decodeManifest } from '../../language/decode/manifest.ts';
import { formatsOf, loadSyntax, parseSyntax } from '../../language/syntax/parse.ts';
import type { Parser } from '../../ports/parser.ts';

export const createParser = (): Parser => ({ text: decodeText, syntax: parseSyntax, fileRefs, decode: decodeManifest });

/** Loads the library for files of this name; both where the name does not tell the format. */
export async function prepareParser(file: string): Promise<void> {
  const formats = formatsOf(file);
  await Promise.all(formats.map((format) => loadSyntax(format)));
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decodeText(file: string, bytes: Uint8Array, sink: Sink): SourceText | undefined {
  const nowhere = { at: { file, range: { start: 0, end: 0 } } };
  if (bytes.subarray(0, 8192).includes(0)) {
    sink.report(D.binaryFile({ file }, nowhere));
    return undefined;
  }
  try {
    return { file, text: decoder.decode(bytes) };
  } catch {
    sink.report(D.invalidUtf8({ file, line: lineOfFault(bytes) }, nowhere));
    return undefined;
  }
}

/** Read leniently and written again, the text differs from the first byte on that does not belong. */
function lineOfFault(bytes: Uint8Array): number {
  const lenient = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let line = 1;
  for (let i = 0; i < bytes.length && bytes[i] === lenient[i]; i++) if (bytes[i] === 0x0a) line++;
  return line;
}
