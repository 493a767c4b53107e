import { createSink } from '../../../../src/diagnostics/sink.ts';
import { loadSyntax, parseSyntax } from '../../../../src/language/syntax/parse.ts';
import { toJson } from '../../../../src/language/syntax/to-json.ts';

await loadSyntax('yaml');
await loadSyntax('json5');

/** The value of a text. */
export function value(file: string, text: string): unknown {
  const sink = createSink();
  const node = parseSyntax({ file, text }, sink);
  if (!node) throw new Error(JSON.stringify(sink.diagnostics));
  return toJson(node);
}

/** `code @ offset marked text: message` of the fault of a text. */
export function fault(file: string, text: string): string {
  const sink = createSink();
  parseSyntax({ file, text }, sink);
  const [found, second] = sink.diagnostics;
  if (!found?.at || second) throw new Error(`one fault is expected: ${JSON.stringify(sink.diagnostics)}`);
  const { start, end } = found.at.range;
  return `${found.code.replace('parse/', '')} @ ${start} ${text.slice(start, end)}: ${found.message}`;
}
