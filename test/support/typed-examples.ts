/** Code that documents show, laid out as files for a type checker. */
import { readFileSync } from 'node:fs';
import { filesBelow } from './harness.ts';
import { fencesOf } from './pages.ts';

export interface CodeExample {
  /** Of the document. */
  readonly document: string;
  readonly line: number;
  /** Where it is written, below a folder of its document: by its name, or by its line when it has none. */
  readonly path: string;
  readonly text: string;
}

const extensions: Readonly<Record<string, string>> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'mjs',
  javascript: 'mjs',
  mjs: 'mjs',
  py: 'py',
  python: 'py',
};

/** Everything that users read, diagnostics aside: those show manifests. */
const documents = (): readonly string[] =>
  ['docs', 'sdk', 'examples', 'manifests', 'templates']
    .flatMap((folder) => filesBelow(folder).map((path) => `${folder}/${path}`))
    .filter((path) => path.endsWith('.md') && !/^docs\/diagnostics\/|\/(node_modules|vendor)\//.test(path))
    .concat('README.md');

/** In documents that show code in this language, in the order of the documents. */
export function codeExamples(wanted: 'typescript' | 'python'): readonly CodeExample[] {
  const isWanted = (extension: string): boolean => (extension === 'py') === (wanted === 'python');
  return documents().flatMap((document) =>
    fencesOf(readFileSync(document, 'utf8')).flatMap(({ language, info, line, text }) => {
      const extension = extensions[language];
      if (extension === undefined || !isWanted(extension)) return [];
      const path = /^[\w./-]+\.\w+$/.test(info) ? info : `example_${line}.${extension}`;
      return [{ document, line, path, text }];
    }),
  );
}

export const folderOf = ({ document }: CodeExample): string => document.replaceAll(/\W/g, '_');
