/** Every example in TypeScript or JavaScript that the documents show has types that a strict compiler finds no fault with. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createTempFolder } from '../support/temp-folder.ts';
import { codeExamples, folderOf } from '../support/typed-examples.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/** What a project has that follows the documents: `npm install headgate`, and `strict`. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    target: 'ES2023',
    module: 'NodeNext',
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['**/*'],
  exclude: ['node_modules'],
};

/** `DOCUMENT/FILE(LINE,COLUMN): error …`, or nothing. */
function check(files: Readonly<Record<string, string>>): string {
  const folder = temp.lay({
    'package.json': '{"type": "module"}',
    'tsconfig.json': JSON.stringify(tsconfig),
    ...files,
  });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(resolve('.'), join(folder, 'node_modules/headgate'));
  for (const name of ['vitest', '@types/node']) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  const { stdout, stderr, error } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}

it('examples in TypeScript and JavaScript pass tsc in strict mode', () => {
  const examples = codeExamples('typescript');
  expect(examples.length).toBeGreaterThan(8);
  expect(check(Object.fromEntries(examples.map((one) => [`${folderOf(one)}/${one.path}`, one.text])))).toBe('');
});

it('an example with a fault is found, in either language', () => {
  const wrong =
    "import { definePolicy } from 'headgate/policy';\ndefinePolicy({ name: 1, decide: () => undefined });\n";
  const found = check({ 'a/one.ts': wrong, 'b/two.mjs': wrong });
  expect(found).toContain('a/one.ts(2,16)');
  expect(found).toContain('b/two.mjs(2,16)');
});
