/** An output that is a folder, written over an earlier one: what headgate left there goes, what is somebody's stays. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/base/sha256.ts';
import { type CliRun, cliPath, runCli } from '../support/cli.ts';
import { sampleOf } from '../support/sweep.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const program = `manifest_version: "0.4.0"
config_schema: { type: object, properties: { title: { type: string } }, required: [title] }
program: { path: ./run.sh, env: { TITLE: "\${config.title}" }, mounts: [{ path: /etc/title, from: config.title }] }
`;
const image = '{ image: "busybox:1.36", restart: never }';
const kinds = ['compose', 'kubernetes'] as const;
let plans = '';

/** The large plan has a component more, with files of its own, and config of the root. */
beforeAll(() => {
  plans = temp.lay({
    'small/one.yaml': program,
    'small/scenario.yaml':
      `manifest_version: "0.4.0"\ncomponents:\n  one: { manifest: ./one.yaml, config: { title: 1 } }\n`.replace(
        '1 }',
        '"1" }',
      ),
    'small/headgate.yaml': `version: 1\ncomponents: { /one: ${image} }\n`,
    'large/one.yaml': program,
    'large/two.yaml': program,
    'large/three.yaml': program,
    'large/scenario.yaml': `manifest_version: "0.4.0"
config_schema: { type: object, properties: { who: { type: string, default: me } } }
components:
  one: { manifest: ./one.yaml, config: { title: "1" } }
  two: { manifest: ./two.yaml, config: { title: "2" } }
  three: { manifest: ./three.yaml, config: { title: "\${config.who}" } }
`,
    'large/headgate.yaml': `version: 1\ncomponents: { /one: ${image}, /two: ${image}, /three: ${image} }\n`,
  });
  for (const name of ['small', 'large']) {
    const { status, stderr } = runCli(['compile', name, '--emit', `plan=${name}.json`], { cwd: plans });
    expect([status, stderr]).toEqual([0, '']);
    for (const kind of kinds) expect(emit(plans, name, `${kind}=${name}-${kind}`).status).toBe(0);
  }
});

const emit = (cwd: string, plan: string, ...to: readonly string[]): CliRun =>
  runCli(['emit', join(plans, `${plan}.json`), ...to.flatMap((one) => ['--to', one])], { cwd });

/** Every file below a folder with its text. */
const filesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .sort()
      .map((name) => [
        name,
        statSync(join(folder, name)).isDirectory() ? '/' : readFileSync(join(folder, name), 'utf8'),
      ]),
  );
const fresh = (plan: string, kind: string) => filesIn(join(plans, `${plan}-${kind}`));
const onlyIn = (left: object, right: object) => Object.keys(left).filter((name) => !Object.hasOwn(right, name));

/** A folder `out` that the large plan was written into. */
function laid(kind: string): { readonly cwd: string; readonly out: string } {
  const cwd = temp.lay({});
  cpSync(join(plans, `large-${kind}`), join(cwd, 'out'), { recursive: true });
  return { cwd, out: join(cwd, 'out') };
}
/** One that the small plan does not have. */
const left = { compose: 'config/two/0', kubernetes: 'images/two/Dockerfile' } as const;
const said = ({ stderr }: CliRun): string => stderr.replace(/\s+/g, ' ');

describe.each(kinds)('%s', (kind) => {
  it('leaves no file and no folder of the plan before it', () => {
    expect(onlyIn(fresh('large', kind), fresh('small', kind))).toContain(left[kind]);
    const { cwd, out } = laid(kind);
    expect(emit(cwd, 'small', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
    expect(filesIn(out)).toEqual(fresh('small', kind));
    expect(emit(cwd, 'large', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
    expect(filesIn(out)).toEqual(fresh('large', kind));
  });

  it('is the same from compile', () => {
    const { cwd, out } = laid(kind);
    const to = ['--emit', `${kind}=${out}`];
    expect(runCli(['compile', 'small', ...to], { cwd: plans })).toMatchObject({ status: 0, stderr: '' });
    expect(filesIn(out)).toEqual(fresh('small', kind));
    expect(existsSync(join(cwd, 'out'))).toBe(true);
  });

  it('keeps what headgate did not write, wherever it is', () => {
    const { cwd, out } = laid(kind);
    const mine = ['.env', 'config.env', 'secrets/token', 'compose.override.yaml', 'notes.md', `${left[kind]}.mine`];
    for (const name of mine) {
      mkdirSync(join(out, name, '..'), { recursive: true });
      writeFileSync(join(out, name), 'mine');
    }
    expect(emit(cwd, 'small', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
    const there = filesIn(out);
    expect(mine.filter((name) => there[name] !== 'mine')).toEqual([]);
    expect(existsSync(join(out, left[kind]))).toBe(false);
  });

  it('keeps a file that was changed, and tells of it until it is gone', () => {
    const { cwd, out } = laid(kind);
    appendFileSync(join(out, left[kind]), 'changed');
    for (const _ of [1, 2]) {
      const run = emit(cwd, 'small', `${kind}=out`);
      expect(run.status).toBe(0);
      expect(said(run)).toContain(
        `warning[emit/leftover-kept]: \`out/${left[kind]}\` is left of an earlier output, and is kept: it was changed since headgate wrote it`,
      );
      expect(readFileSync(join(out, left[kind]), 'utf8')).toContain('changed');
    }
    // As headgate wrote it once more.
    writeFileSync(join(out, left[kind]), fresh('large', kind)[left[kind]] as string);
    expect(emit(cwd, 'small', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
    expect(filesIn(out)).toEqual(fresh('small', kind));
  });

  it('writes nothing over it where warnings are errors', () => {
    const { out } = laid(kind);
    appendFileSync(join(out, left[kind]), 'changed');
    const before = filesIn(out);
    const run = runCli(['compile', 'small', '--emit', `${kind}=${out}`, '-D', 'emit/leftover-kept'], { cwd: plans });
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('error[emit/leftover-kept]')]);
    expect(filesIn(out)).toEqual(before);
  });

  it('takes everything back when one cannot be written', () => {
    const { cwd, out } = laid(kind);
    const name = { compose: 'compose.yaml', kubernetes: 'kustomization.yaml' }[kind];
    rmSync(join(out, name));
    mkdirSync(join(out, name, 'full'), { recursive: true });
    const before = filesIn(out);
    const run = emit(cwd, 'small', `${kind}=out`);
    expect([run.status, said(run)]).toEqual([
      1,
      expect.stringContaining(`cannot write \`out/${name}\`: it is a folder`),
    ]);
    expect(filesIn(out)).toEqual(before);
    const new1 = emit(cwd, 'small', `${kind}=new`, `plan=out/${name}`);
    expect([new1.status, existsSync(join(cwd, 'new'))]).toEqual([1, false]);
  });

  it('removes nothing through a link, and nothing that is not a file any more', () => {
    const { cwd, out } = laid(kind);
    const [top = ''] = left[kind].split('/');
    renameSync(join(out, top), join(cwd, 'moved'));
    symlinkSync('../moved', join(out, top));
    const run = emit(cwd, 'small', `${kind}=out`);
    expect(said(run)).toContain('a link leads there');
    expect(existsSync(join(cwd, 'moved', left[kind].slice(top.length)))).toBe(true);

    const other = laid(kind);
    rmSync(join(other.out, left[kind]));
    symlinkSync(join(plans, `large-${kind}`, left[kind]), join(other.out, left[kind]));
    expect(said(emit(other.cwd, 'small', `${kind}=out`))).toContain('it is not a file any more');
    expect(filesIn(other.out)[left[kind]]).toBe(fresh('large', kind)[left[kind]]);
  });

  it('removes nothing for a list that names what such an output never holds', () => {
    const { cwd, out } = laid(kind);
    const names = ['.env', 'secrets/x', 'README', '../above', `./${left[kind]}2`, `x/../${left[kind]}3`];
    writeFileSync(join(cwd, 'above'), '');
    for (const name of [...names, `${left[kind]}2`, `${left[kind]}3`]) {
      mkdirSync(join(out, name, '..'), { recursive: true });
      writeFileSync(join(out, name), '');
    }
    const before = names.filter((name) => existsSync(join(out, name)));
    appendFileSync(join(out, `.headgate-${kind}.sha256`), names.map((name) => `${sha256Hex('')}  ${name}\n`).join(''));
    expect(emit(cwd, 'small', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
    expect(names.filter((name) => existsSync(join(out, name)))).toEqual(before);
    expect(existsSync(join(out, `${left[kind]}2`)) && existsSync(join(out, `${left[kind]}3`))).toBe(true);
  });

  it('is refused while another process writes there', async () => {
    const { cwd, out } = laid(kind);
    const name = `\0headgate/${sha256Hex(JSON.stringify([`emit ${kind}`, out])).slice(0, 32)}`;
    const server = createServer();
    await new Promise<void>((done) => server.listen(name, done));
    const before = filesIn(out);
    const run = emit(cwd, 'small', `${kind}=out`);
    expect([run.status, said(run)]).toEqual([1, expect.stringContaining('another `headgate` is writing there')]);
    expect(filesIn(out)).toEqual(before);
    await new Promise((done) => server.close(done));
    expect(emit(cwd, 'small', `${kind}=out`).status).toBe(0);
  });

  it.each<readonly [string, (list: string) => void, string, string]>([
    ['a link', (list) => symlinkSync('../elsewhere', list), '', 'in it cannot be read'],
    ['a folder', (list) => mkdirSync(list), '', 'in it is not a list that headgate wrote'],
    ['a folder in the place of its temporary file', (list) => mkdirSync(`${list}.tmp`), '.tmp', 'in it is a folder'],
  ])('that cannot be remembered, since there is %s, is not written', (_, put, name, says) => {
    const { cwd, out } = laid(kind);
    const list = join(out, `.headgate-${kind}.sha256`);
    rmSync(list);
    put(list);
    const before = readdirSync(out, { recursive: true }).sort();
    const run = emit(cwd, 'small', `${kind}=out`);
    expect([run.status, said(run)]).toEqual([
      1,
      expect.stringContaining(
        `cannot write \`out\`: \`.headgate-${kind}.sha256${name}\` ${says}; none of the outputs was written = help: remove it, or move it to another place`,
      ),
    ]);
    expect(readdirSync(out, { recursive: true }).sort()).toEqual(before);
    expect(existsSync(join(cwd, 'elsewhere'))).toBe(false);
  });
});

it('two kinds share a folder, and neither removes what the other wrote', () => {
  const cwd = temp.lay({});
  for (const plan of ['large', 'small'])
    for (const kind of kinds) expect(emit(cwd, plan, `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
  expect(filesIn(join(cwd, 'out'))).toEqual({ ...fresh('small', 'compose'), ...fresh('small', 'kubernetes') });
});

it('sha256sum reads the list', () => {
  const { out } = laid('compose');
  const check = () => spawnSync('sha256sum', ['-c', '--strict', '--quiet', '.headgate-compose.sha256'], { cwd: out });
  expect(check().status).toBe(0);
  appendFileSync(join(out, 'compose.yaml'), '#');
  expect(check().status).toBe(1);
});

describe('a folder that has no list of what was written there', () => {
  it.each(kinds)('%s: is told once, and nothing in it is removed', (kind) => {
    const cwd = temp.lay({});
    emit(cwd, 'large', `${kind}=out`);
    rmSync(join(cwd, 'out', `.headgate-${kind}.sha256`));
    const before = Object.keys(filesIn(join(cwd, 'out')));
    const first = emit(cwd, 'small', `${kind}=out`);
    expect(first.status).toBe(0);
    expect(first.stderr.match(/^\w+\[[\w/-]+\]/gm)).toEqual(['info[emit/list-missing]']);
    expect(first.stderr.replace(/\s+/g, ' ')).toContain(
      `\`out\` has no list of what headgate wrote there (\`.headgate-${kind}.sha256\`), so nothing of it was removed`,
    );
    expect(Object.keys(filesIn(join(cwd, 'out')))).toEqual(expect.arrayContaining(before));
    expect(emit(cwd, 'small', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(kinds)('%s: is not told where headgate wrote nothing', (kind) => {
    const name = kind === 'compose' ? 'compose.yaml' : 'kustomization.yaml';
    const cwd = temp.lay({ [`out/${name}`]: 'mine\n', 'out/other': '# Written by headgate\n' });
    expect(emit(cwd, 'small', `${kind}=out`)).toMatchObject({ status: 0, stderr: '' });
    expect(emit(cwd, 'small', `${kind}=new`)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('killed before any of its calls that change something', () => {
  /** Ends the process before the call that is the `HEADGATE_KILL`th of those that change a folder. */
  const hook = `
const fs = require('node:fs');
let left = Number(process.env.HEADGATE_KILL);
const counted = (on, name) => {
  const call = on[name];
  on[name] = (...args) => {
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
    return call(...args);
  };
};
for (const name of ['mkdirSync', 'renameSync', 'rmSync', 'rmdirSync', 'writeFileSync']) counted(fs, name);
for (const name of ['open', 'link', 'rename', 'rm']) counted(fs.promises, name);
`;
  const killed = (cwd: string, plan: string, to: string, at: number) =>
    spawnSync(
      process.execPath,
      ['-r', join(cwd, 'hook.cjs'), cliPath, 'emit', join(plans, `${plan}.json`), '--to', to],
      {
        cwd,
        env: { PATH: process.env['PATH'], HEADGATE_KILL: String(at) },
        encoding: 'utf8',
      },
    );

  it.each(kinds)('%s is mended by the next, which writes the same plan or another', { timeout: 240_000 }, (kind) => {
    const place = (): { readonly cwd: string; readonly out: string } => {
      const { cwd, out } = laid(kind);
      writeFileSync(join(cwd, 'hook.cjs'), hook);
      // Of the user, in the place of a file of the plan: it is written over.
      appendFileSync(join(out, { compose: 'compose.yaml', kubernetes: 'kustomization.yaml' }[kind]), '# mine');
      return { cwd, out };
    };
    const calls = 1_000;
    const whole = place();
    expect(killed(whole.cwd, 'small', `${kind}=out`, calls).status).toBe(0);
    expect(filesIn(whole.out)).toEqual(fresh('small', kind));
    let last = 0;
    for (let low = 1, high = calls; low < high; ) {
      const middle = Math.ceil((low + high) / 2);
      if (killed(place().cwd, 'small', `${kind}=out`, middle).signal === 'SIGKILL') low = middle;
      else high = middle - 1;
      last = low;
    }
    expect(last).toBeGreaterThan(20);
    const points = sampleOf(Array.from({ length: last }, (_, index) => index + 1));
    for (const at of points)
      for (const next of ['small', 'large']) {
        const { cwd, out } = place();
        expect([at, killed(cwd, 'small', `${kind}=out`, at).signal]).toEqual([at, 'SIGKILL']);
        const run = emit(cwd, next, `${kind}=out`);
        expect([at, next, run.status]).toEqual([at, next, 0]);
        const kept = Object.entries(filesIn(out)).filter(([, text]) => text.endsWith('# mine'));
        for (const [name] of kept) {
          expect(said(run)).toContain(`\`out/${name}\` is left of an earlier output, and is kept: it was there before`);
          rmSync(join(out, name));
        }
        expect([at, next, filesIn(out)]).toEqual([at, next, fresh(next, kind)]);
      }
  });
});
