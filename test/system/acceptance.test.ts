/** examples/acceptance: its README as it stands, and one broken thing for each of its probes. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { fencesOf } from '../support/pages.ts';
import { asUser, ownedByUser } from '../support/run/as-user.ts';
import { runEnvironment } from '../support/run/cli-run.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

/** A copy of the example, where somebody else may break it, and the command on its PATH. */
function copyOf(name: string): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = join(temp.path, name);
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  cpSync('examples/acceptance', join(folder, 'examples/acceptance'), { recursive: true });
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${resolve('dist/cli.js')}' "$@"\n`);
  chmodSync(join(bin, 'npx'), 0o755);
  const { PATH } = process.env;
  return {
    folder,
    env: { PATH: `${bin}:${PATH}`, HOME: folder, XDG_STATE_HOME: join(folder, 'state'), NO_COLOR: '1' },
  };
}

const sh = (script: string, { folder, env }: ReturnType<typeof copyOf>) => {
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout };
};

it('does what its README says, command by command', () => {
  const copy = copyOf('readme');
  const fences = fencesOf(readFileSync('examples/acceptance/README.md', 'utf8')).filter(
    ({ language }) => language === 'sh',
  );
  const said = fences.map(({ text, info }) => {
    const { status, text: output } = sh(text, copy);
    expect(status, output).toBe(info === 'exit=3' ? 3 : 0);
    return output;
  });
  expect(said).toHaveLength(5);
  expect(said[0]).toMatch(/^COMPLETE \(probes_passed/m);
  expect(said[1]).toMatch(/"probe": ?"answers"[\s\S]*"builds"[\s\S]*"looks"[\s\S]*"moves"/);
  expect(said[2]).toMatch(/^VERIFIED/m);
  expect(said[3]).toMatch(
    /^blocked\[probe_failed\]: looks: .* 32000 of 129600 pixels differ, and 0 may; see store\/sha256\//m,
  );
  expect(said[3]).not.toMatch(/: (?:answers|builds|moves): /);
  expect(said[4]).toMatch(/^COMPLETE/m);

  // Somewhere else: a copy of the folder, and of headgate with nothing installed beside it.
  const runs = join(copy.folder, 'state/headgate/runs');
  const elsewhere = createTempFolder();
  cpSync('dist', join(elsewhere.path, 'dist'), { recursive: true });
  try {
    for (const id of readdirSync(runs).sort()) {
      cpSync(join(runs, id), join(elsewhere.path, id), { recursive: true });
      const told = spawnSync(process.execPath, [join(elsewhere.path, 'dist/cli.cjs'), 'verify-run', id], {
        cwd: elsewhere.path,
        env: { PATH: '/usr/bin:/bin' },
        encoding: 'utf8',
      });
      const here = sh(`npx headgate verify-run ${id}`, copy);
      expect([told.status, told.stdout]).toEqual([0, here.text]);
    }
  } finally {
    elsewhere.remove();
  }
});

it('is accepted for somebody without rights as well, browser and all', () => {
  const wrap = asUser(temp.path);
  const state = ownedByUser(temp.path, 'state-of-user');
  const folder = join(temp.path, 'for-user');
  cpSync('examples/acceptance', folder, { recursive: true });
  const [command = '', ...args] = [...wrap, process.execPath, cliPath, 'run', join(folder, 'scenario.yaml')];
  const env = runEnvironment({ HOME: state });
  const { status, stderr } = spawnSync(command, [...args, '--state-dir', state], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/^COMPLETE \(probes_passed/m);
});

describe('is refused, and by the right probe', () => {
  it.each([
    ['api.py', '"area": 80', '"area": 0', 'answers', /`\/rooms\/1\/area` must be >= 1/],
    ['build.py', 'data=text.encode()', 'data=text.strip().encode()', 'builds', /status 1, and 0 was expected/],
    ['lock.py', '+ level["inflow"]', '- level["inflow"]', 'moves', /`gate` ends as "shut", and "open" was expected/],
    ['lock.py', 'state["tick"] + 1', '__import__("time").time_ns()', 'moves', /its two traces differ from line 1 on/],
  ])('%s with %s as %s', (file, from, to, probe, why) => {
    const copy = copyOf(`${probe}-${to.length}`);
    const path = join(copy.folder, 'examples/acceptance', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    // Drawn elsewhere already; what is not required is not waited for.
    const settings = join(copy.folder, 'examples/acceptance/headgate.yaml');
    const others = readFileSync(settings, 'utf8')
      .replace('requires: [answers, builds, looks, moves]', 'requires: [answers, builds, moves]')
      .replace('kind: render_hash,', 'kind: render_hash, required: false,');
    writeFileSync(settings, others);
    const { status, text: said } = sh('npx headgate run examples/acceptance/scenario.yaml', copy);
    expect(status, said).toBe(3);
    const [line, ...more] = said.split('\n').filter((one) => one.startsWith('blocked['));
    expect(more).toEqual([]);
    expect(line).toContain(`: ${probe}: `);
    expect(line).toMatch(why);
  });
});
