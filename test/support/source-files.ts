/** What tidy tests know of the source tree. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { filesBelow } from './harness.ts';

export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

export const sourceFiles = (folder: string): readonly SourceFile[] =>
  filesBelow(folder)
    .filter((path) => path.endsWith('.ts') && !path.split('/').includes('generated'))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(`${folder}/${path}`, 'utf8') }));

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** From the project's root for a relative one; a package or node module otherwise. */
  readonly target: string;
  readonly line: number;
}

/** Also of types, of re-exports and of `import()`. */
export function importsOf({ path, text }: SourceFile): readonly Import[] {
  const found: Import[] = [];
  const pattern = /(?:^\s*(?:import|export)\b[^;'"]*?from\s*|^\s*import\s*|\bimport\(\s*)'([^']+)'/gm;
  for (const match of text.matchAll(pattern)) {
    const specifier = match[1] as string;
    const end = (match.index ?? 0) + match[0].length;
    found.push({
      specifier,
      target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
      line: text.slice(0, end).split('\n').length,
    });
  }
  return found;
}

/** Comments and the insides of strings made blank, lines kept. */
export function withoutComments(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(),])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'/g, blank);
}
