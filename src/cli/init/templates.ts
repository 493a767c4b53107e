/** The projects that `init` writes. They lie in templates/ as files, and are projects themselves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../adapters/files/package-folder.ts';

export type Language = 'python' | 'typescript';
export const languages: readonly Language[] = ['python', 'typescript'];

/** Stands for the name in every file. */
const placeholder = 'example-scenario';

const shared: readonly string[] = [
  'README.md',
  'dot-gitignore',
  'headgate.yaml',
  'notes/manifest.yaml',
  'policy/manifest.yaml',
  'scenario.yaml',
  'web/manifest.yaml',
];

/** Listed, so that nothing that a tool left in the folder of a template is ever written. */
export const templateFiles: Readonly<Record<Language, readonly string[]>> = {
  python: [
    ...shared,
    'notes/notes.py',
    'policy/audit.py',
    'policy/recorder.py',
    'policy/server.py',
    'tests/__init__.py',
    'tests/test_policy.py',
    'tests/test_scenario.py',
    'web/web.py',
  ].sort(),
  typescript: [
    ...shared,
    'notes/notes.mjs',
    'package.json',
    'policy/recorder.mjs',
    'policy/src/audit.test.ts',
    'policy/src/audit.ts',
    'policy/src/scenario.test.ts',
    'policy/src/server.ts',
    'policy/src/wire.ts',
    'policy/start.mjs',
    'tsconfig.json',
    'web/web.mjs',
  ].sort(),
};

export interface NewFile {
  /** From the folder of the new scenario, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** npm packs no `.gitignore`: in a template `dot-` stands for the dot. */
export const writtenAs = (path: string): string => path.replace(/(?<=^|\/)dot-/g, '.');

export function fillTemplate(language: Language, name: string): readonly NewFile[] {
  const folder = join(packageFolder(), 'templates', language);
  return templateFiles[language].map((path) => ({
    path: writtenAs(path),
    text: readFileSync(join(folder, path), 'utf8').replaceAll(placeholder, name),
  }));
}
