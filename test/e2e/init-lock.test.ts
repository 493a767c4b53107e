/** A lock of what `init` and `policy init` write notices a change in every file that decides the answer. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** Records, changes a file, and compiles frozen. */
function changed(cwd: string, scenario: string, file: string): string {
  const recorded = runCli(['policy', 'record', scenario], { cwd });
  expect(recorded.status, recorded.stderr).toBe(0);
  appendFileSync(join(cwd, file), '\n# changed\n');
  const { status, stderr } = runCli(['compile', scenario, '--frozen', '--emit', 'plan=plan.json'], { cwd });
  expect(status, stderr).toBe(1);
  return stderr.replace(/\s+/g, ' ');
}

describe('the lock of a new scenario in Python', () => {
  const cwd = temp.lay({});
  runCli(['init', '--lang', 'python', '.'], { cwd });
  it.each(['server.py', 'audit.py', 'recorder.py'])('notices a change in %s', (file) => {
    expect(changed(cwd, 'scenario.yaml', `policy/${file}`)).toContain(`\`policy/${file}\` has changed`);
  });
});

describe('the lock of a new policy in Python', () => {
  const cwd = temp.lay({
    'scenario.yaml': [
      'manifest_version: "0.4.0"',
      'use: { recorder: ./recorder/manifest.yaml }',
      'policies: ["#recorder.apply"]',
    ].join('\n'),
  });
  runCli(['policy', 'init', 'recorder', '--lang', 'python'], { cwd });
  it.each(['policy.py', 'recorder.py'])('notices a change in %s', (file) => {
    expect(changed(cwd, 'scenario.yaml', `recorder/${file}`)).toContain(`\`recorder/${file}\` has changed`);
  });
});

// Building them needs the network; what the manifest names, the lock watches.
describe('a new one in TypeScript', () => {
  it.each([
    ['typescript/policy', ['dist/server.js', 'dist/audit.js', 'recorder.mjs']],
    ['policy-typescript', ['dist/server.js', 'dist/policy.js', 'recorder.mjs']],
  ])('names what decides: %s', (folder, files) => {
    const args = /^ {2}args: \[node, (.*)\]$/m.exec(readFileSync(`templates/${folder}/manifest.yaml`, 'utf8'))?.[1];
    expect(args?.split(', ')).toEqual(['start.mjs', ...files]);
  });
});
