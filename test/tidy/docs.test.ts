/** What README.md and docs/*.md show is true: see "Documentation" in CONTRIBUTING.md. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootNames } from '../../src/app/input.ts';
import { renderText } from '../../src/diagnostics/render/text.ts';
import { runExample, type Surroundings, surroundings } from '../support/harness.ts';
import { examplesOf, type Fence, fencesOf } from '../support/pages.ts';

const documents = [
  'README.md',
  ...['docs', 'docs/policies', 'docs/targets'].flatMap((folder) =>
    readdirSync(folder).map((name) => `${folder}/${name}`),
  ),
].filter((path) => path.endsWith('.md') && existsSync(path));
const hasName = ({ info }: Fence): boolean => /^[\w./-]+\.\w+$/.test(info);

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'headgate-docs-'));
  const command = join(root, 'bin', 'headgate');
  mkdirSync(dirname(command));
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli.cjs')}' "$@"\n`);
  chmodSync(command, 0o755);
  mkdirSync(join(root, 'home'));
  // What a package manager would install.
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(resolve('.'), join(root, 'node_modules/headgate'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs the `sh` blocks of one document in order, in one folder that holds the named files given so far. */
function runDocument(fences: readonly Fence[], folder: string): readonly string[] {
  const faults: string[] = [];
  mkdirSync(folder, { recursive: true });
  let output = '';
  for (const fence of fences) {
    if (hasName(fence)) {
      mkdirSync(dirname(join(folder, fence.info)), { recursive: true });
      writeFileSync(join(folder, fence.info), fence.text);
    } else if (fence.language === 'sh' && fence.info !== 'docker') {
      const wanted = Number(/^exit=(\d+)$/.exec(fence.info)?.[1] ?? '0');
      const state = join(root, 'state');
      const env = {
        ...process.env,
        XDG_STATE_HOME: state,
        XDG_CONFIG_HOME: join(root, 'config'),
        // Nothing that a document makes comes into the home of whoever runs the tests.
        HOME: join(root, 'home'),
        PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
        NO_COLOR: '1',
      };
      const ran = spawnSync('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${fence.text}`], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      output = ran.stdout;
      if (ran.status !== wanted) faults.push(`line ${fence.line}: exit ${ran.status}, not ${wanted}:\n${output}`);
    } else if (fence.language === 'text' && fence.info === 'output' && fence.text.trimEnd() !== output.trimEnd()) {
      faults.push(`line ${fence.line}: the output is\n${output}`);
    }
  }
  return faults;
}

describe('documentation', () => {
  it.each(documents)('%s: commands run', (path) => {
    const fences = fencesOf(readFileSync(path, 'utf8'));
    expect(runDocument(fences, join(root, path.replaceAll('/', '__')))).toEqual([]);
  });

  it.each(documents)('%s: scenarios are without a problem', async (path) => {
    const fences = fencesOf(readFileSync(path, 'utf8'));
    const first = fences.findIndex(({ info }) => rootNames.includes(info));
    const named = first < 0 ? [] : fences.slice(first).filter((fence) => hasName(fence) && !fence.info.endsWith('.py'));
    for (const example of examplesOf(named)) {
      const { result } = await runExample({ ...example, ask: false }, surroundings[0] as Surroundings);
      expect(renderText(result.diagnostics, result.sources), `${path}:${example.line}`).toBe('');
    }
  });

  it('sees a wrong exit code and a wrong output', () => {
    const fences = fencesOf('```sh\nexit 3\n```\n```sh exit=3\necho one; exit 3\n```\n```text output\ntwo\n```\n');
    const faults = runDocument(fences, join(root, 'self-test'));
    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain('exit 3, not 0');
    expect(faults[1]).toContain('the output is\none');
  });
});
