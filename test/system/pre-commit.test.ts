/** .pre-commit-hooks.yaml and action.yml, through the real tools that read them: pre-commit builds the hook from a clone of this tree. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const minutes = 60_000;
const temp = createTempFolder();
afterAll(temp.remove);

const { PATH = '', HOME = '' } = process.env;
/** Of nobody, so that no setting of the machine decides. */
const author = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com' };
const env = {
  ...process.env,
  ...author,
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  PATH,
  HOME,
  PRE_COMMIT_HOME: join(temp.path, 'pre-commit'),
};

function run(command: string, args: readonly string[], cwd: string, timeout = minutes) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout,
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

function must(command: string, args: readonly string[], cwd: string, timeout?: number): string {
  const { status, output } = run(command, args, cwd, timeout);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
  return output;
}

const commit = (folder: string): void => {
  must('git', ['init', '--quiet'], folder);
  must('git', ['add', '--all'], folder);
  must('git', ['commit', '--quiet', '--no-verify', '--message', 'all'], folder);
};

/** What git tracks here, as it is in the working tree, without what no installation needs. */
function cloneHere(): string {
  const folder = join(temp.path, 'headgate');
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const path of must('git', args, resolve('.'))
    .split('\0')
    .filter((path) => path !== '' && existsSync(path))) {
    if (/^(golden|test|bench|examples)\//.test(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(path, join(folder, path));
  }
  commit(folder);
  return folder;
}

let tools = '';
let hooks = '';
beforeAll(() => {
  tools = join(
    must('bash', ['scripts/install-python-tools.sh'], resolve('.'), 3 * minutes)
      .trim()
      .split('\n')
      .at(-1) as string,
    'bin',
  );
  hooks = cloneHere();
}, 4 * minutes);

const tryHook = (hook: string, files: Readonly<Record<string, string>>) => {
  const folder = temp.lay(files);
  commit(folder);
  const ran = run(
    join(tools, 'pre-commit'),
    ['try-repo', hooks, hook, '--all-files', '--color=never'],
    folder,
    5 * minutes,
  );
  return { ...ran, folder };
};

const broken = `${smallScenario}exports:\n  e: "#gone.api"\n`;
const other = 'services: { web: { image: nginx } }\n';

describe('pre-commit', () => {
  it(
    'shows the problems of all scenarios in one run, and only of scenarios',
    () => {
      const files = { 'a b/scenario.yaml': broken, 'c/scenario.json5': `{ manifest_version: "0.4.0", x: 1 }` };
      const { status, output } = tryHook('headgate-check', {
        ...files,
        'good.yaml': smallScenario,
        'compose.yaml': other,
      });
      expect([status, output]).toEqual([1, expect.stringContaining('Failed')]);
      expect(output).toContain('error[check/unknown-export-child]');
      expect(output).toContain('--> a b/scenario.yaml:3');
      expect(output).toContain('--> c/scenario.json5:1');
      expect(output.match(/^error: \d+ errors?$/gm)).toEqual(['error: 2 errors']);
      expect(output).not.toContain('compose.yaml');
    },
    6 * minutes,
  );

  it(
    'passes without a problem, and does not start where nothing can be a manifest',
    () => {
      const good = tryHook('headgate-check', { 'scenario.yaml': smallScenario, 'compose.yaml': other });
      expect([good.status, good.output]).toEqual([0, expect.stringContaining('Passed')]);
      const none = tryHook('headgate-check', { 'notes.txt': 'x' });
      expect([none.status, none.output]).toEqual([0, expect.stringContaining('Skipped')]);
    },
    6 * minutes,
  );

  it(
    'formats manifests',
    () => {
      const { status, output, folder } = tryHook('headgate-fmt', { 'scenario.yaml': 'manifest_version:   "0.4.0"\n' });
      expect([status, output]).toEqual([1, expect.stringContaining('files were modified by this hook')]);
      const again = run(join(tools, 'pre-commit'), ['try-repo', hooks, 'headgate-fmt', '--all-files'], folder, minutes);
      expect(again.status, again.output).toBe(0);
    },
    6 * minutes,
  );

  it('has hooks that pre-commit takes', () => {
    must(join(tools, 'pre-commit'), ['validate-manifest', '.pre-commit-hooks.yaml'], resolve('.'));
  });
});

describe('action.yml', () => {
  it('keeps the schema of GitHub', () => {
    must(join(tools, 'check-jsonschema'), ['--builtin-schema', 'vendor.github-actions', 'action.yml'], resolve('.'));
  });
});
