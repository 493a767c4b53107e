/** Every example in Python that the documents show has types that `mypy --strict` finds no fault with. */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempFolder } from '../support/temp-folder.ts';
import { type CodeExample, codeExamples, folderOf } from '../support/typed-examples.ts';

const temp = createTempFolder();
afterAll(temp.remove);

let mypy = '';
beforeAll(() => {
  // Without the tool, the tests fail: nothing is skipped.
  const tools = spawnSync('bash', [resolve('scripts/install-python-tools.sh')], { encoding: 'utf8' });
  expect(tools.status, tools.stderr).toBe(0);
  mypy = join(tools.stdout.trim(), 'bin', 'mypy');
}, 300_000);

/** One run for each folder, because a file finds those beside it. */
function check(examples: readonly CodeExample[]): string {
  const folder = temp.lay(Object.fromEntries(examples.map((one) => [`${folderOf(one)}/${one.path}`, one.text])));
  const groups = new Map<string, CodeExample[]>();
  for (const one of examples) {
    const cwd = dirname(join(folder, folderOf(one), one.path));
    groups.set(cwd, [...(groups.get(cwd) ?? []), one]);
  }
  const found = [...groups].map(([cwd, group]) => {
    const args = ['--strict', '--no-error-summary', '--cache-dir', join(temp.path, 'cache')];
    const files = group.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
    const env = { ...process.env, MYPYPATH: resolve('sdk/python/src') };
    const { stdout, stderr, status, error } = spawnSync(mypy, [...args, ...files], { cwd, env, encoding: 'utf8' });
    if (error) throw error;
    const where = group[0]?.document ?? '';
    return status === 0 ? '' : `${where}\n${stdout}${stderr}`;
  });
  return found.join('');
}

describe('examples in Python', () => {
  it('pass mypy --strict', () => {
    const examples = codeExamples('python');
    expect(examples.length).toBeGreaterThan(8);
    expect(check(examples)).toBe('');
  });

  it('are looked at: a fault is found', () => {
    const text = 'from headgate_policy import finding\n\nfinding("fatal", 1)\n\n\ndef untyped(x):\n    return x\n';
    const found = check([{ document: 'README.md', line: 1, path: 'wrong.py', text }]);
    expect(found).toContain('wrong.py:3: error: Argument 1 to "finding"');
    expect(found).toContain('wrong.py:6: error: Function is missing a type annotation');
  });
});
