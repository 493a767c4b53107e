/**
 * Phase 1, parse. In: the bytes of one file. Out: its manifest, every field with its range. Never fails as a whole: faults are
 * reported, and the answer is undefined. YAML and JSON5 give the same tree, so nothing behind this phase knows the format.
 */
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/parse.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { fileRefs } from '../../language/decode/file-refs.ts';
import { decodeManifest, salvageManifest } from '../../language/decode/manifest.ts';
import { formatsOf, loadSyntax, parseSyntax, quickSyntax } from '../../language/syntax/parse.ts';
import type { Parser } from '../../ports/parser.ts';

export const createParser = (): Parser => ({
  text: decodeText,
  syntax: parseSyntax,
  fileRefs,
  decode: decodeManifest,
  salvage: salvageManifest,
});

/** Loads the library for files of this name; both where the name does not tell the format. */
export async function prepareParser(file: string): Promise<void> {
  const formats = formatsOf(file);
  await Promise.all(formats.map((format) => loadSyntax(format)));
}

/** With this begin the comments that count, and comments of YAML are found by its library. */
const mark = 'headgate-';

/** The tree of a text that is read without a library; else its library is loaded. */
export function prepareText(source: SourceText): SyntaxNode | undefined | Promise<SyntaxNode | undefined> {
  const quick = quickSyntax(source);
  if (quick && !source.text.includes(mark)) return quick;
  return prepareParser(source.file).then(() => quick);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decodeText(file: string, bytes: Uint8Array, sink: Sink): SourceText | undefined {
  const nowhere = { at: { file, range: { start: 0, end: 0 } } };
  if (bytes.subarray(0, 8192).includes(0)) {
    const help = isUtf16(bytes) ? 'its encoding is UTF-16: save the file as UTF-8' : undefined;
    sink.report(D.binaryFile({ file }, { ...nowhere, help }));
    return undefined;
  }
  try {
    return { file, text: decoder.decode(bytes) };
  } catch {
    sink.report(D.invalidUtf8({ file, line: lineOfFault(bytes) }, nowhere));
    return undefined;
  }
}

/** A mark of the byte order, or every other byte a zero, as a text in Latin letters has. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const head = bytes.subarray(0, Math.min(bytes.length, 64) & ~1);
  const zerosAt = (odd: number): number => head.filter((byte, i) => i % 2 === odd && byte === 0).length;
  return (
    head.length >= 8 && Math.max(zerosAt(0), zerosAt(1)) >= (head.length / 2) * 0.75 && zerosAt(0) * zerosAt(1) === 0
  );
}

/** Read leniently and written again, the text differs from the first byte on that does not belong. */
function lineOfFault(bytes: Uint8Array): number {
  const lenient = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let line = 1;
  for (let i = 0; i < bytes.length && bytes[i] === lenient[i]; i++) if (bytes[i] === 0x0a) line++;
  return line;
}
