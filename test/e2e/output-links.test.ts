/** What is written over a link: one of the user is followed, one that came with a checkout leads no output out of it. */
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

let top = '';
let checkout = '';
let victim = '';
const path = (...parts: readonly string[]): string => join(checkout, ...parts);

/** `victim` is the user's, and `checkout` is what somebody sent. */
function lay(kind: 'checkout' | 'folder'): void {
  top = temp.lay({
    'checkout/scenario.yaml': smallScenario,
    'checkout/bad.yaml': `${smallScenario}slot: {}\n`,
    'checkout/keep': '',

    'victim/.bashrc': 'mine\n',
    'victim/m.yaml': `${smallScenario}slots:   {}\n`,
  });
  checkout = join(top, 'checkout');
  victim = join(top, 'victim');
  if (kind === 'checkout') mkdirSync(path('.git'));
}
const run = (...args: readonly string[]): CliRun => runCli(args, { cwd: checkout, env: { HOME: '/nonexistent' } });

/** Every file with its bytes, links as such. */
const snapshot = (folder: string): readonly unknown[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name }) => {
      const file = join(folder, name);
      const stat = lstatSync(file);
      if (stat.isSymbolicLink()) return [name, readlinkSync(file)];
      return [name, stat.mode, stat.isFile() ? readFileSync(file, 'utf8') : snapshot(file)];
    });

function expectRefused({ status, stdout, stderr }: CliRun, words: string, before: unknown): void {
  const said = stderr.replace(/\s+/g, ' ');
  expect(said).toContain(words);
  expect(said).toContain('name the file itself');
  expect([status, stdout]).toEqual([1, '']);
  expect(snapshot(top)).toEqual(before);
}

describe.each(['checkout', 'folder'] as const)('in a %s of somebody else', (kind) => {
  beforeEach(() => lay(kind));

  it.each([
    ['a file', 'plan.json', '../victim/.bashrc', 'plan.json'],
    ['a file by an absolute path', 'plan.json', '@/.bashrc', 'plan.json'],
    ['nothing yet', 'plan.json', '../victim/new', 'plan.json'],
    ['a folder on the way', 'out', '../victim', 'out/plan.json'],
    ['the folder above', 'out', '..', 'out/plan.json'],
    ['another link that leads out', 'plan.json', 'second', 'plan.json'],
  ])('a link that leads to %s is not written through', (_, link, target, output) => {
    symlinkSync(target.replace('@', victim), path(link));
    if (target === 'second') symlinkSync('../victim/.bashrc', path('second'));
    const before = snapshot(top);
    const words = "in the scenario's tree leads out of it";
    expectRefused(run('compile', '.', '--emit', `plan=${output}`), words, before);
    expectRefused(run('compile', 'scenario.yaml', '--emit', `plan=${path(output)}`), words, before);
  });

  it('nor is one for a report, a bundle, a lock, an attestation or the outputs of a plan', () => {
    expect(run('compile', '.', '--emit', `plan=${join(top, 'plan.json')}`).status).toBe(0);
    expect(run('compile', '.', '--emit', 'plan=own.json').status).toBe(0);
    expect(run('attest', 'keygen', '--out', join(top, 'k')).status).toBe(0);
    symlinkSync('../victim/.bashrc', path('x'));
    symlinkSync('../victim', path('folder'));
    const before = snapshot(top);
    const words = 'leads out of it';
    for (const args of [
      ['compile', '.', '--emit', 'lock=x'],
      ['compile', '.', '--emit', 'bundle=folder/b'],
      ['check', '.', '--format', 'json=x'],
      ['check', '.', '--format', 'sarif=folder/report'],
      ['attest', '.', '--key', join(top, 'k'), '--out', 'x'],
      ['emit', 'own.json', '--to', 'plan=x'],
    ])
      expectRefused(run(...args), words, before);
    const recorded = run('policy', 'record', '.', '--lock', 'x');
    expect(recorded.status).not.toBe(0);
    expect(snapshot(top)).toEqual(before);
  });

  it('nor do fmt and --fix write through one', () => {
    symlinkSync('../victim/m.yaml', path('m.yaml'));
    const before = snapshot(top);
    for (const args of [
      ['fmt', 'm.yaml'],
      ['check', '--fix', 'm.yaml'],
    ])
      expect([args, run(...args).status]).toEqual([args, 1]);
    expect(snapshot(top)).toEqual(before);
  });

  it('a link that stays in it is followed, also to what is not there yet', () => {
    mkdirSync(path('build'));
    symlinkSync('build/plan.json', path('plan.json'));
    symlinkSync('build', path('out'));
    expect(run('compile', '.', '--emit', 'plan=plan.json').status).toBe(0);
    expect(run('compile', '.', '--emit', 'plan=out/second.json').status).toBe(0);
    expect(readlinkSync(path('plan.json'))).toBe('build/plan.json');
    expect(readdirSync(path('build')).sort()).toEqual(['plan.json', 'second.json']);
    chmodSync(path('build/plan.json'), 0o640);
    expect(run('compile', '.', '--emit', 'plan=plan.json').status).toBe(0);
    expect(statSync(path('build/plan.json')).mode & 0o777).toBe(0o640);
  });

  it('links that go round in a circle are told', () => {
    symlinkSync('b', path('a'));
    symlinkSync('a', path('b'));
    const { status, stderr } = run('compile', '.', '--emit', 'plan=a');
    expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringContaining('cannot write `a`: its symbolic links go round in a circle'),
    ]);
  });
});

describe('a link', () => {
  beforeEach(() => lay('checkout'));

  it('into the .git of the checkout is not written through', () => {
    mkdirSync(path('.git/hooks'));
    symlinkSync('.git/hooks/post-checkout', path('plan.json'));
    expectRefused(run('compile', '.', '--emit', 'plan=plan.json'), 'leads into its `.git`', snapshot(top));
  });

  it('is not followed by init, into a folder of it or in it', () => {
    symlinkSync('../victim', path('new'));
    mkdirSync(path('project'));
    symlinkSync('../../victim', path('project/notes'));
    const before = snapshot(top);
    expectRefused(run('init', 'new/project'), 'leads out of it', before);
    expectRefused(run('init', 'project'), 'leads out of it', before);
  });

  it('that lies nowhere near a checkout is the user’s, and followed', () => {
    symlinkSync(join(victim, 'kept.json'), join(top, 'plan.json'));
    symlinkSync(checkout, join(top, 'work'));
    expect(run('compile', '.', '--emit', `plan=${join(top, 'plan.json')}`).status).toBe(0);
    expect(readFileSync(join(victim, 'kept.json'), 'utf8')).toContain('headgate.plan');
    expect(readlinkSync(join(top, 'plan.json'))).toBe(join(victim, 'kept.json'));
    expect(run('compile', '.', '--emit', `plan=${join(top, 'work/own.json')}`).status).toBe(0);
    expect(existsSync(path('own.json'))).toBe(true);
  });

  it('leads as far as --root says', () => {
    symlinkSync('../victim/kept.json', path('plan.json'));
    const end = run('compile', '.', '--root', top, '--emit', 'plan=plan.json');
    expect([end.status, end.stderr]).toEqual([0, '']);
    expect(readFileSync(join(victim, 'kept.json'), 'utf8')).toContain('headgate.plan');
  });

  it.runIf(process.getuid?.() === 0)('of a neighbour in a folder for everybody is not followed, one’s own is', () => {
    const open = join(top, 'open');
    mkdirSync(open);
    chmodSync(open, 0o1777);
    symlinkSync(join(victim, '.bashrc'), join(open, 'plan.json'));
    symlinkSync(join(victim, 'own'), join(open, 'own.json'));
    lchownSync(join(open, 'plan.json'), 51_234, 51_234);
    expectRefused(
      run('compile', '.', '--emit', `plan=${join(open, 'plan.json')}`),
      'belongs to another user, in a folder that everybody may write to',
      snapshot(top),
    );
    expect(run('compile', '.', '--emit', `plan=${join(open, 'own.json')}`).status).toBe(0);
    expect(existsSync(join(victim, 'own'))).toBe(true);
  });
});

it('emit of a folder says what it is', () => {
  lay('folder');
  const { status, stderr } = run('emit', '.', '--to', 'plan=-');
  expect([status, stderr]).toEqual([2, 'error: `.` cannot be read: it is a folder\nSee `headgate emit --help`.\n']);
  const missing = run('emit', 'none.json', '--to', 'plan=-');
  expect(missing.stderr).toContain('`none.json` cannot be read: there is no such file');
});

it('a report of a run is not written over one either, and nothing is started', () => {
  lay('checkout');
  symlinkSync('../victim/.bashrc', path('junit.xml'));
  const before = snapshot(top);
  const { status, stdout, stderr } = run(
    'run',
    'scenario.yaml',
    '--report',
    'junit=junit.xml',
    '--state-dir',
    path('state'),
  );
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr.replace(/\s+/g, ' ')).toContain("in the scenario's tree leads out of it");
  expect(snapshot(top)).toEqual(before);
});
