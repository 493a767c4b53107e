/** The policies that `policy init` writes. They lie in templates/ as files; the SDK for Python is copied along. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../adapters/files/package-folder.ts';
import { version } from '../../base/version.ts';
import { type NewFile, writtenAs } from './templates.ts';

export type PolicyLanguage = 'ts' | 'python';
export const policyLanguages: readonly PolicyLanguage[] = ['ts', 'python'];

/** Stands for the name in every file. */
const placeholder = 'example-policy';

const shared: readonly string[] = [
  'README.md',
  'config.json',
  'dot-gitignore',
  'example.policy-test.yaml',
  'manifest.yaml',
];

/** Listed, so that nothing that a tool left in the folder of a template is ever written. */
export const policyTemplateFiles: Readonly<Record<PolicyLanguage, readonly string[]>> = {
  python: [...shared, 'policy.py', 'recorder.py', 'tests/__init__.py', 'tests/test_policy.py'].sort(),
  ts: [
    ...shared,
    'package.json',
    'recorder.mjs',
    'src/policy.test.ts',
    'src/policy.ts',
    'src/server.ts',
    'start.mjs',
    'tsconfig.json',
  ].sort(),
};

export const policyTemplateFolder: Readonly<Record<PolicyLanguage, string>> = {
  python: 'policy-python',
  ts: 'policy-typescript',
};

export function fillPolicyTemplate(language: PolicyLanguage, name: string): readonly NewFile[] {
  const folder = join(packageFolder(), 'templates', policyTemplateFolder[language]);
  const files = policyTemplateFiles[language].map((path) => {
    const text = readFileSync(join(folder, path), 'utf8').replaceAll(placeholder, name);
    const dependent = path === 'package.json' ? text.replace(/("headgate": ")[^"]*"/, `$1^${version}"`) : text;
    return { path: writtenAs(path), text: dependent };
  });
  return language === 'python' ? [...files, ...pythonSdk()] : files;
}

/** A policy sees its own folder, so the SDK lies in it. */
function pythonSdk(): readonly NewFile[] {
  const folder = join(packageFolder(), 'sdk', 'python', 'src', 'headgate_policy');
  return readdirSync(folder)
    .filter((name) => /\.py$|^py\.typed$/.test(name))
    .sort()
    .map((name) => ({ path: `vendor/headgate_policy/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}
