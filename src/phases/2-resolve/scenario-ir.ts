import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { readScenarioIr, type ScenarioIr } from '../../language/scenario-ir/read.ts';
import { loadSyntax, parseSyntax } from '../../language/syntax/parse.ts';
import { displayName, normalUrl } from '../../language/urls.ts';
import type { Loader } from '../../ports/loader.ts';

/** An IR holds all manifests of a scenario, lowered and laid out. */
const maxIrBytes = 64 * 1024 * 1024;

export interface IrInput {
  readonly input: string;
  readonly baseDir: string;
  readonly loader: Loader;
}

/** Undefined after an error. */
export async function loadScenarioIr(
  { input, baseDir, loader }: IrInput,
  sink: Sink,
  sources: Map<string, SourceText>,
): Promise<ScenarioIr | undefined> {
  if (!URL.canParse(input)) {
    sink.report(
      D.rootNotLoaded(
        { input, reason: 'it is not a URL' },
        { help: 'give an absolute URL; of a path it is `pathToFileURL(path).href`' },
      ),
    );
    return undefined;
  }
  const url = normalUrl(new URL(input));
  const file = displayName(url, baseDir);
  const loaded = await loader.load(url, { maxBytes: maxIrBytes });
  if (!loaded.ok) {
    const { kind, message, help } = loaded.failure;
    if (kind === 'too-large') sink.report(D.tooLarge({ what: `the scenario IR \`${file}\``, limit: maxIrBytes }, {}));
    else sink.report(D.rootNotLoaded({ input: file, reason: message }, { help }));
    return undefined;
  }
  await loadSyntax('json5');
  const source: SourceText = { file, text: new TextDecoder().decode(loaded.value.bytes), format: 'json5' };
  sources.set(file, source);
  const root = parseSyntax(source, sink);
  return root && readScenarioIr(source, root, loaded.value.url, sink);
}
