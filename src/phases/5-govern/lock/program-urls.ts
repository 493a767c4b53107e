/** Files that a component starts, or hands to what it starts. */
import type { Component, LoweredProgram } from '../../../ir/graph.ts';
import { isFileUrl, sidecarUrl } from '../../../language/urls.ts';

/** URLs of files beside or below the manifest that its `path` program may name; whether they are there is not known. */
export function namedFiles({ program, url }: Component): readonly string[] {
  if (!program || !url || !isFileUrl(url)) return [];
  const folder = new URL('.', url).href;
  const urls = pathsIn(program).flatMap((path) => {
    const found = sidecarUrl(path, url);
    return found?.startsWith(folder) && found !== folder ? [found] : [];
  });
  return [...new Set(urls)];
}

/** URL of the file that a program is, wherever it lies. */
export function programUrl({ program, url }: Component): string | undefined {
  if (!program || !('path' in program) || !url || !isFileUrl(url) || !program.path.includes('/')) return undefined;
  return sidecarUrl(program.path, url);
}

/** Texts that may be paths. What is put together from config is not known. */
function pathsIn(program: LoweredProgram): readonly string[] {
  if (!('path' in program)) return [];
  const texts = program.args.flatMap((item) =>
    typeof item === 'string' ? [item] : 'arg' in item ? [item.arg] : [...item.argv],
  );
  const behindEquals = texts.flatMap((text) => /^-[^=]*=(.+)$/s.exec(text)?.[1] ?? []);
  const command = program.path.includes('/') ? [program.path] : [];
  return [...command, ...texts.filter((text) => !text.startsWith('-')), ...behindEquals].filter(
    (text) => text !== '' && text.length <= longestPath && !/[\n\0]|\$\{/.test(text),
  );
}

const longestPath = 1024;
