import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { treeOfRoot } from '../../../../../src/adapters/files/scenario-tree.ts';
import {
  hiddenIn,
  limitsOf,
  mountFault,
  mountsOf,
  scriptOf,
} from '../../../../../src/runtime/environments/docker/given.ts';
import { usualLimits } from '../../../../../src/runtime/environments/local/given.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const tree = treeOfRoot(join(temp.path, 'scenario.yaml'));
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('what a container is shown', () => {
  it('is what was granted: files that anybody in it reads, and storage that its user can write to', () => {
    const [private_, storage] = [join(temp.path, 'p'), join(temp.path, 's')];
    mkdirSync(private_, { mode: 0o700 });
    mkdirSync(storage, { mode: 0o700 });
    const guidance = join(temp.path, 'guidance');
    writeFileSync(guidance, 'g', { mode: 0o400 });
    const given = {
      files: [{ path: '/etc/app', content: 'secret' }],
      binds: [{ source: storage, target: '/data', writable: true }],
      shown: new Map([['/run/guidance', guidance]]),
    };
    const component = { cwd: null, argv: ['x'] };
    const mounts = mountsOf(component, given, private_, { isOwner: true }, tree);
    expect(mounts).toEqual([
      { source: storage, target: '/data', writable: true },
      { source: guidance, target: '/run/guidance', writable: false },
      { source: join(private_, '0'), target: '/etc/app', writable: false },
    ]);
    expect([modeOf(join(private_, '0')), modeOf(storage), modeOf(guidance)]).toEqual([0o444, 0o700, 0o400]);
    expect(readFileSync(join(private_, '0'), 'utf8')).toBe('secret');
    mountsOf(component, { ...given, files: [] }, private_, { isOwner: false }, tree);
    expect([modeOf(private_), modeOf(storage), modeOf(guidance)]).toEqual([0o700, 0o777, 0o444]);
  });

  it('of a path is the folder of its manifest where it is, read-only', () => {
    const nothing = { files: [], binds: [], shown: new Map<string, string>() };
    const mounts = mountsOf({ cwd: temp.path, argv: ['./go.sh'] }, nothing, temp.path, { isOwner: true }, tree);
    expect(mounts).toEqual([{ source: temp.path, target: temp.path, writable: false }]);
    const packages = mountsOf({ cwd: temp.path, argv: ['node', 'x.mjs'] }, nothing, temp.path, { isOwner: true }, tree);
    expect(packages.every(({ writable }) => !writable)).toBe(true);
  });

  it.each([
    [
      [
        { source: '/a', target: '/x', writable: true },
        { source: '/b', target: '/x/y', writable: false },
      ],
      'lies in `/x`',
    ],
    [
      [
        { source: '/a', target: '/x', writable: false },
        { source: '/b', target: '/x', writable: false },
      ],
      'two things',
    ],
    [[{ source: '/a', target: 'x', writable: false }], 'no absolute path'],
    [[{ source: '/a', target: '/proc/x', writable: false }], 'nothing can be mounted'],
    [[{ source: '/a', target: '/', writable: true }], 'nothing can be mounted'],
    [[{ source: '/a', target: '/headgate/slots', writable: true }], 'nothing can be mounted'],
  ])('%j is refused', (mounts, words) => {
    expect(mountFault(mounts, [])?.replace('is not an absolute path', 'no absolute path')).toContain(words);
  });

  it('may have a file in a folder that is read-only, and memory of its own', () => {
    const mounts = [
      { source: '/a', target: '/x', writable: false },
      { source: '/b', target: '/x/y', writable: false },
    ];
    expect(mountFault(mounts, [{ target: '/scratch', bytes: 1 }])).toBeUndefined();
    expect(mountFault(mounts, [{ target: '/x', bytes: 1 }])).toContain('two things');
  });
});

describe('what no engine is told', () => {
  const plain = { argv: ['serve', '${x}'], env: { A: '1', B: 'secret://v/k', C: 'known secret' }, files: [] };
  it('are variables that hold a secret, of whatever kind, and arguments that were not known before', () => {
    expect(hiddenIn(plain, plain, [])).toEqual({ env: {}, argv: false });
    expect(hiddenIn(plain, plain, ['C'])).toEqual({ env: { C: 'known secret' }, argv: false });
    const bound = { ...plain, argv: ['serve', 'v'], env: { ...plain.env, B: 'value' } };
    expect(hiddenIn(plain, bound, ['C'])).toEqual({ env: { B: 'value', C: 'known secret' }, argv: true });
  });

  it('is said to a shell that becomes the program, whatever the value holds', () => {
    expect(scriptOf(['/bin/x', "it's"], { T: `a'b"$c\nd` })).toBe(
      `export T='a'\\''b"$c\nd'\nexec '/bin/x' 'it'\\''s' </dev/null\n`,
    );
  });
});

describe('limits', () => {
  it('are those of a sandbox; processes that the settings name count threads too', () => {
    expect(limitsOf(usualLimits, { budget: {} })).toMatchObject({
      memoryBytes: 4 * 2 ** 30,
      tasks: usualLimits.processes * 8,
      cpuSeconds: null,
    });
    expect(limitsOf(usualLimits, { budget: { processes: 40 } }).tasks).toBe(40);
  });
});
