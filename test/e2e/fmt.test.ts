/** `fmt` through the built command line: what it writes, what it leaves alone, and what it says. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CliRun, cliForEverybody, runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const loose = 'manifest_version:   "0.4.0"\nexports: {}   # none\n';
const tight = 'manifest_version: "0.4.0"\nexports: {} # none\n';
const broken = 'manifest_version: [\n';

const fmt = (cwd: string, ...args: readonly string[]): CliRun => runCli(['fmt', ...args], { cwd });
const pipe = (input: string, ...args: readonly string[]): CliRun =>
  runCli(['fmt', '-', ...args], { cwd: temp.path, input });
const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8');
const files = (cwd: string): readonly string[] => readdirSync(cwd, { recursive: true, encoding: 'utf8' }).sort();

describe('fmt', () => {
  it('formats every manifest below the current folder, and names what it changed', () => {
    const cwd = temp.lay({
      'a.yaml': loose,
      'deep/er/b.json5': '{manifest_version: "0.4.0"}',
      'c.json': '{"manifest_version":"0.4.0"}',
      'd.yml': tight,
      'other.yaml': 'a:   "manifest_version"\n',
      '.hidden/e.yaml': loose,
      'node_modules/f.yaml': loose,
      'notes.txt': loose,
    });
    expect(fmt(cwd)).toMatchObject({
      status: 0,
      stdout: 'a.yaml\nc.json\ndeep/er/b.json5\n',
      stderr: 'formatted 3 of 4 files\n',
    });
    expect(read(cwd, 'a.yaml')).toBe(tight);
    expect(read(cwd, 'deep/er/b.json5')).toBe('{ manifest_version: "0.4.0" }\n');
    expect(read(cwd, 'c.json')).toBe('{ "manifest_version": "0.4.0" }\n');
    for (const name of ['.hidden/e.yaml', 'node_modules/f.yaml', 'notes.txt']) expect(read(cwd, name)).toBe(loose);
    expect(read(cwd, 'other.yaml')).toBe('a:   "manifest_version"\n');
    expect(fmt(cwd)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('formats a file that is named, whatever it is', () => {
    const cwd = temp.lay({ 'headgate.yaml': 'version:   1\n', 'a.yaml': loose });
    expect(fmt(cwd, 'headgate.yaml')).toMatchObject({ status: 0, stdout: 'headgate.yaml\n' });
    expect([read(cwd, 'headgate.yaml'), read(cwd, 'a.yaml')]).toEqual(['version: 1\n', loose]);
  });

  it('leaves out what the settings leave out of a search', () => {
    const cwd = temp.lay({
      'headgate.yaml': 'check: { exclude: ["old/**"] }\n',
      'old/a.yaml': broken,
      'b.yaml': loose,
    });
    expect(fmt(cwd)).toMatchObject({ status: 0, stdout: 'b.yaml\n' });
    expect(fmt(cwd, 'old/a.yaml').status).toBe(1);
  });

  it('does not touch what is in order', () => {
    const cwd = temp.lay({ 'a.yaml': tight });
    const then = new Date('2020-01-02T03:04:05Z');
    utimesSync(join(cwd, 'a.yaml'), then, then);
    const { ino } = statSync(join(cwd, 'a.yaml'));
    expect(fmt(cwd).status).toBe(0);
    expect(statSync(join(cwd, 'a.yaml'))).toMatchObject({ mtime: then, ino });
  });

  it('keeps line ends, and drops a mark of the byte order', () => {
    const crlf = loose.replaceAll('\n', '\r\n');
    const cwd = temp.lay({ 'a.yaml': crlf, 'b.yaml': `\ufeff${tight}`, 'c.yaml': tight.replaceAll('\n', '\r\n') });
    expect(fmt(cwd).stdout).toBe('a.yaml\nb.yaml\n');
    expect(read(cwd, 'a.yaml')).toBe(tight.replaceAll('\n', '\r\n'));
    expect(read(cwd, 'b.yaml')).toBe(tight);
  });

  it('leaves digests and plans as they are', () => {
    const cwd = temp.lay({
      'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: {a: ./a.yaml}\nexports: {x: "#a.x"}\n',
      'a.yaml':
        'manifest_version: "0.4.0"\nprogram: {path: /bin/a, network: {endpoints: [{name: h, port: 0x50}]}}\nprovides: {x: {kind: http, endpoint: h}}\nexports: {x: provides.x}\n',
    });
    const plan = (): unknown => {
      const { components } = JSON.parse(runCli(['compile', '.'], { cwd }).stdout) as {
        components: { digest: string }[];
      };
      return components.map(({ digest }) => digest);
    };
    const before = plan();
    expect(fmt(cwd).stdout).toBe('a.yaml\nscenario.yaml\n');
    expect(plan()).toEqual(before);
  });
});

describe('fmt --check', () => {
  it('lists what would change, and writes nothing', () => {
    const cwd = temp.lay({ 'a.yaml': loose, 'b.yaml': tight });
    expect(fmt(cwd, '--check')).toMatchObject({
      status: 1,
      stdout: 'a.yaml\n',
      stderr: '1 of 2 files would change; run `headgate fmt` to format\n',
    });
    expect(read(cwd, 'a.yaml')).toBe(loose);
    fmt(cwd);
    expect(fmt(cwd, '--check')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it.each(['examples', 'templates'])('has nothing to say of %s', (folder) => {
    expect(fmt(resolve('.'), '--check', folder)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});

describe('fmt -', () => {
  it('goes from standard input to standard output', () => {
    expect(pipe(loose)).toMatchObject({ status: 0, stdout: tight, stderr: '' });
    expect(pipe(tight)).toMatchObject({ status: 0, stdout: tight, stderr: '' });
    expect(pipe('{a:1}')).toMatchObject({ status: 0, stdout: '{ a: 1 }\n' });
    expect(pipe('{a:1}', '--stdin-file', 'a.json')).toMatchObject({ status: 0, stdout: '{ "a": 1 }\n' });
    expect(pipe('{a:   1}', '--stdin-file', 'a.yaml')).toMatchObject({ status: 0, stdout: '{ a: 1 }\n' });
  });

  it('prints nothing of a text that cannot be read', () => {
    const { status, stdout, stderr } = pipe(broken, '--stdin-file', 'x/a.yaml');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('x/a.yaml:1:19');
  });

  it('with --check prints the name', () => {
    expect(pipe(loose, '--check', '--stdin-file', 'a.yaml')).toMatchObject({ status: 1, stdout: 'a.yaml\n' });
    expect(pipe(tight, '--check')).toMatchObject({ status: 0, stdout: '' });
  });

  it('refuses what is too large', () => {
    const { status, stdout, stderr } = pipe(`a: ${'x'.repeat(9 * 1024 * 1024)}`);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('it is larger than 8 MiB');
  });
});

describe('wrong use of fmt', () => {
  it.each([
    [['-', 'a.yaml'], 'stands alone'],
    [['--stdin-file', 'a.yaml', 'a.yaml'], 'give `-` as a path'],
    [['https://example.com/a.yaml'], 'is a URL'],
    [['a.yaml', 'README.md'], 'and was given `README.md`'],
  ])('%j', (args, said) => {
    const cwd = temp.lay({ 'a.yaml': loose, 'README.md': '# a\n' });
    const { status, stdout, stderr } = fmt(cwd, ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
    expect(read(cwd, 'a.yaml')).toBe(loose);
  });
});

describe('fmt of what it cannot do', () => {
  it('formats the rest', () => {
    const cwd = temp.lay({ 'a.yaml': loose, 'b.yaml': broken, 'c.yaml': loose, 'd.json5': '{ manifest_version: 1. }' });
    const { status, stdout, stderr } = fmt(cwd);
    expect([status, stdout]).toEqual([1, 'a.yaml\nc.yaml\n']);
    expect(stderr).toContain('error[parse/yaml-syntax]: this bracket is not closed\n --> b.yaml:1:19');
    expect(stderr).toContain('error[cli/format-unsafe]: formatting would change what this says');
    expect(stderr).toContain(' --> d.json5:1:21');
    expect(stderr).toContain('formatted 2 of 4 files');
    expect([read(cwd, 'a.yaml'), read(cwd, 'b.yaml'), read(cwd, 'c.yaml')]).toEqual([tight, broken, tight]);
    expect(read(cwd, 'd.json5')).toBe('{ manifest_version: 1. }');
  });

  it('keeps a comment that would get lost, and formats around it when told to', () => {
    const text = '{ manifest_version:   "0.4.0",\n  metadata: {\n    a /* one */: // two\n      1,\n  },\n}\n';
    const cwd = temp.lay({ 'a.json5': text });
    expect(fmt(cwd).stderr).toContain('error[cli/format-unsafe]: formatting would lose this comment');
    expect(read(cwd, 'a.json5')).toBe(text);
    const ignored = text.replace('    a /*', '    // prettier-ignore\n    a /*');
    writeFileSync(join(cwd, 'a.json5'), ignored);
    expect(fmt(cwd).status).toBe(0);
    expect(read(cwd, 'a.json5')).toBe(ignored.replace('{ manifest_version:   ', '{\n  manifest_version: '));
  });

  it('says what the formatter cannot read', () => {
    const cwd = temp.lay({ 'a.json5': '{ "__proto__": 1,\n  "__proto__": 2 }' });
    const { status, stderr } = fmt(cwd, 'a.json5');
    expect(status).toBe(1);
    expect(stderr).toContain('error[cli/format-failed]');
    expect(stderr).toContain(' --> a.json5:2:3');
  });

  it('says what is not there', () => {
    const cwd = temp.lay({ 'a.yaml': loose, 'empty/x.txt': '' });
    const { status, stdout, stderr } = fmt(cwd, 'a.yaml', 'b.yaml', 'empty');
    expect([status, stdout]).toEqual([1, 'a.yaml\n']);
    expect(stderr).toContain('error[cli/input-not-found]: there is nothing at `b.yaml`');
    expect(stderr).toContain('error[cli/nothing-to-check]: there is no manifest in `empty`');
  });

  it('does not wait for a pipe', () => {
    const cwd = temp.lay({});
    execFileSync('mkfifo', [join(cwd, 'a.yaml')]);
    expect(fmt(cwd, 'a.yaml').stderr).toContain('cannot look into `a.yaml`: it is not a file');
  });
});

describe('files that fmt writes', () => {
  it('keep their mode, and links that lead to them', () => {
    const cwd = temp.lay({ 'real/a.yaml': loose, 'real/b.yaml': tight });
    chmodSync(join(cwd, 'real/a.yaml'), 0o640);
    mkdirSync(join(cwd, 'links'));
    symlinkSync('../real/a.yaml', join(cwd, 'links/a.yaml'));
    expect(fmt(cwd, '--root', '.', 'links').stdout).toBe('links/a.yaml\n');
    expect(lstatSync(join(cwd, 'links/a.yaml')).isSymbolicLink()).toBe(true);
    expect(read(cwd, 'real/a.yaml')).toBe(tight);
    expect(statSync(join(cwd, 'real/a.yaml')).mode & 0o777).toBe(0o640);
    expect(files(join(cwd, 'real'))).toEqual(['a.yaml', 'b.yaml']);
  });

  it('are written once, whatever leads to them', () => {
    const cwd = temp.lay({ 'a.yaml': loose });
    symlinkSync('a.yaml', join(cwd, 'b.yaml'));
    expect(fmt(cwd, '.', 'a.yaml', './a.yaml', 'b.yaml')).toMatchObject({ stderr: 'formatted 1 of 1 file\n' });
  });

  it('are whole or as before when it is interrupted, and nothing is left beside them', async () => {
    const names = Array.from({ length: 80 }, (_, i) => `m${String(i).padStart(2, '0')}.yaml`);
    const cwd = temp.lay(Object.fromEntries(names.map((name) => [name, loose])));
    const { child, ended } = startCli(['fmt'], { cwd });
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const { status } = await ended;
    expect(status).toBe(143);
    const texts = names.map((name) => read(cwd, name));
    expect(texts.filter((text) => text !== loose && text !== tight)).toEqual([]);
    expect(texts.filter((text) => text === tight).length).toBeGreaterThan(0);
    expect(files(cwd)).toEqual(names);
  });

  const isRoot = process.getuid?.() === 0;
  const nobody = 65_534;
  let everybody: string | undefined;
  const asNobody = (cwd: string, ...args: readonly string[]): CliRun => {
    everybody ??= cliForEverybody(temp.path);
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [everybody, 'fmt', ...args], {
      cwd,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
    });
    return { status, signal, stdout, stderr };
  };

  it('may not be read, or lie in a folder that may not be: the rest is formatted', () => {
    const cwd = temp.lay({ 'a.yaml': loose, 'b.yaml': loose, 'shut/c.yaml': loose });
    chmodSync(cwd, 0o777);
    chmodSync(join(cwd, 'a.yaml'), 0);
    chmodSync(join(cwd, 'b.yaml'), 0o666);
    chmodSync(join(cwd, 'shut'), 0);
    const { status, stdout, stderr } = asNobody(cwd);
    chmodSync(join(cwd, 'shut'), 0o755);
    expect([status, stdout]).toEqual([1, 'b.yaml\n']);
    expect(stderr).toContain('cannot look into `a.yaml`: permission denied');
    expect(stderr).toContain('cannot look into `shut`: permission denied');
    expect(asNobody(cwd, 'a.yaml').stderr).toContain('cannot look into `a.yaml`: permission denied');
  });

  it('may not be written, or lie in a folder that may not be: told, and left as they are', () => {
    const cwd = temp.lay({ 'a.yaml': loose, 'fixed/b.yaml': loose });
    chmodSync(cwd, 0o777);
    chmodSync(join(cwd, 'a.yaml'), 0o444);
    chmodSync(join(cwd, 'fixed/b.yaml'), 0o666);
    chmodSync(join(cwd, 'fixed'), 0o555);
    const { status, stdout, stderr } = asNobody(cwd);
    const left = [read(cwd, 'a.yaml'), read(cwd, 'fixed/b.yaml'), files(cwd).join()];
    const check = asNobody(cwd, '--check');
    chmodSync(join(cwd, 'fixed'), 0o755);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('error[cli/format-not-written]: cannot write `a.yaml`: permission denied');
    expect(stderr).toContain('error[cli/format-not-written]: cannot write `fixed/b.yaml`: permission denied');
    expect(left).toEqual([loose, loose, 'a.yaml,fixed,fixed/b.yaml']);
    expect(check).toMatchObject({ status: 1, stdout: 'a.yaml\nfixed/b.yaml\n' });
  });

  it.runIf(isRoot)('keep their owner', () => {
    const cwd = temp.lay({ 'a.yaml': loose });
    chownSync(join(cwd, 'a.yaml'), nobody, nobody);
    expect(fmt(cwd).status).toBe(0);
    expect(statSync(join(cwd, 'a.yaml'))).toMatchObject({ uid: nobody, gid: nobody });
  });

  it('do not change what another name of theirs holds', () => {
    const cwd = temp.lay({ 'a.yaml': loose });
    linkSync(join(cwd, 'a.yaml'), join(cwd, 'kept.txt'));
    expect(fmt(cwd).status).toBe(0);
    expect([read(cwd, 'a.yaml'), read(cwd, 'kept.txt')]).toEqual([tight, loose]);
  });
});

describe('the formatter', () => {
  const scripts = readdirSync('dist/scripts');
  const textOf = (script: string): string => readFileSync(join('dist/scripts', script), 'utf8');
  const partsOf = (script: string): readonly string[] =>
    [...textOf(script).matchAll(/^(?:\(\{)?"([^"]+)":function\(__load/gm)].map(([, part = '']) => part);
  const scriptOf = new Map(scripts.flatMap((script) => partsOf(script).map((part) => [part, script])));

  /** Scripts that are loaded with a script, itself among them. */
  function loadedWith(script: string, into: Set<string> = new Set()): ReadonlySet<string> {
    if (into.has(script)) return into;
    into.add(script);
    for (const [, part = ''] of textOf(script).matchAll(/(?<!\(\)=>)__load\("([^"]+)"\)/g))
      loadedWith(scriptOf.get(part) as string, into);
    return into;
  }
  it('is loaded by what formats, and by nothing else', () => {
    const isPart = (script: string): boolean => /^(?:standalone|babel|estree)-/.test(script);
    expect(scripts.filter(isPart)).toHaveLength(3);
    const eager = scripts.filter((script) => !isPart(script) && [...loadedWith(script)].some(isPart));
    expect(eager).toEqual([]);
    expect([...loadedWith('check.cjs')].length).toBeGreaterThan(1);
  });
});
