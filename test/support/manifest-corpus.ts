/** Every text in the project that looks like a manifest, and the measured cases where they are at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './harness.ts';
import { fencesOf } from './pages.ts';

export interface CorpusText {
  /** Where it was found. */
  readonly where: string;
  /** A name whose ending tells the format. */
  readonly file: string;
  readonly text: string;
}

const endings = /\.(?:ya?ml|json5?)$/;
/** Outputs, and files that only describe a case. */
const isOutput = (path: string): boolean => /(?:^|\/)(?:expected|actual)\/|(?:^|\/)case\.json$/.test(path);

export const cases = '../shared/conformance';

export const manifestCorpus = (): readonly CorpusText[] =>
  distinct([...folders(['golden', 'examples', 'templates', 'manifests']), ...documents(), ...measured()]);

const folders = (names: readonly string[]): readonly CorpusText[] =>
  names.flatMap((name) =>
    filesBelow(name)
      .filter((path) => endings.test(path) && !isOutput(path))
      .map((path) => ({ where: `${name}/${path}`, file: path, text: readFileSync(join(name, path), 'utf8') })),
  );

function documents(): readonly CorpusText[] {
  const paths = ['README.md', ...filesBelow('docs').map((path) => `docs/${path}`)].filter((path) =>
    path.endsWith('.md'),
  );
  return paths.flatMap((path) =>
    fencesOf(readFileSync(path, 'utf8'))
      .filter(({ language }) => endings.test(`.${language}`))
      .map(({ language, text, line }) => ({ where: `${path}:${line}`, file: `fence.${language}`, text })),
  );
}

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

function measured(): readonly CorpusText[] {
  if (!existsSync(cases)) return [];
  const suites = readdirSync(cases).filter((name) => name.endsWith('.json'));
  return suites.flatMap((suite) =>
    (JSON.parse(readFileSync(join(cases, suite), 'utf8')) as readonly Case[]).flatMap(({ name, files }) =>
      Object.entries(files)
        .filter(([path]) => endings.test(path))
        .map(([path, text]) => ({ where: `${suite}: ${name}: ${path}`, file: path, text })),
    ),
  );
}

/** The first of equal texts in one format. */
function distinct(texts: readonly CorpusText[]): readonly CorpusText[] {
  const found = new Map<string, CorpusText>();
  for (const entry of texts) {
    const key = `${endings.exec(entry.file)?.[0]}\0${entry.text}`;
    if (!found.has(key)) found.set(key, entry);
  }
  return [...found.values()];
}
