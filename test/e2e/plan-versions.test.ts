/** A plan in which much repeats is written in version 2 of its file, and every command takes it for the plan that it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const source = `${'# a long program\n'.repeat(6_500)}# ends here`;
const names = Array.from({ length: 12 }, (_, n) => `c${n}`);
const worker = {
  manifest_version: '0.4.0',
  program: {
    image: 'python:3',
    entrypoint: ['python3', '-c', source],
    network: { endpoints: [{ name: 'o', port: 80 }] },
  },
  provides: { out: { kind: 'http', endpoint: 'o' } },
  exports: { out: 'provides.out' },
};
const scenario = {
  manifest_version: '0.4.0',
  components: Object.fromEntries(names.map((name) => [name, './worker.json'])),
  exports: Object.fromEntries(names.map((name) => [name, `#${name}.out`])),
};

const cwd = temp.lay({ 'scenario.json': JSON.stringify(scenario), 'worker.json': JSON.stringify(worker) });
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const json = (name: string): JsonObject => JSON.parse(read(name)) as JsonObject;
const cli = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = runCli(args, { cwd });
  expect(status, stderr).toBe(0);
  return stdout;
};

beforeAll(() => {
  cli('compile', 'scenario.json', '--emit', 'plan=plan.json', '--emit', 'plan-v1=whole.json');
  cli('attest', 'keygen', '--out', 'key');
});

it('is in version 2, with the text once and the digest of the same plan in version 1', () => {
  const [file, whole] = [json('plan.json'), json('whole.json')];
  expect([file['version'], whole['version']]).toEqual([2, 1]);
  expect(file['planDigest']).toBe(whole['planDigest']);
  expect([read('plan.json'), read('whole.json')].map((text) => text.split('# ends here').length - 1)).toEqual([1, 12]);
});

it('each is made of the other', () => {
  for (const from of ['plan.json', 'whole.json']) {
    expect(cli('emit', from, '--to', 'plan=-')).toBe(read('plan.json'));
    expect(cli('emit', from, '--to', 'plan-v1=-')).toBe(read('whole.json'));
  }
  expect(cli('compile', 'scenario.json')).toBe(read('plan.json'));
});

it.each([
  ['emit', '--to', 'compose=out'],
  ['emit', '--to', 'kubernetes=out'],
])('%s %s %s gives the same of both', (command, option, what) => {
  const files = ['plan.json', 'whole.json'].map((from) => {
    cli(command, from, option, `${what}-${from}`);
    return cli('explain', from, '/c3', '--format', 'json');
  });
  expect(files[0]).toBe(files[1]);
});

describe('what was signed', () => {
  it('is the plan, whether the scenario or a file of either version was given', () => {
    const signed = ['scenario.json', 'plan.json', 'whole.json'].map((from) =>
      cli('attest', from, '--key', 'key', '--out', '-'),
    );
    expect(new Set(signed).size).toBe(1);
    writeFileSync(join(cwd, 'signed.json'), signed[0] ?? '');
  });

  it.each(['plan.json', 'whole.json'])('is verified for %s, and by compiling it again', (file) => {
    const args = ['attest', 'verify', 'signed.json', '--key', 'key.pub', '--plan', file];
    expect(cli(...args, '--relink', 'scenario.json')).toContain('`scenario.json` gives the same bytes');
  });

  it('is refused for another plan of version 2', () => {
    const other = { ...scenario, exports: { c0: '#c0.out' } };
    writeFileSync(join(cwd, 'other.json'), JSON.stringify(other));
    cli('compile', 'other.json', '--emit', 'plan=other-plan.json');
    expect(json('other-plan.json')['version']).toBe(2);
    const args = ['attest', 'verify', 'signed.json', '--key', 'key.pub', '--plan', 'other-plan.json'];
    const { status, stderr } = runCli(args, { cwd });
    expect([status, stderr]).toEqual([1, expect.stringContaining('attest/wrong-subject')]);
  });
});

describe('a file that was changed is refused', () => {
  const refused = (change: (text: string) => string): string => {
    writeFileSync(join(cwd, 'bad.json'), change(read('plan.json')));
    const { status, stderr } = runCli(['emit', 'bad.json', '--to', 'plan=-'], { cwd });
    expect(status).toBe(2);
    return stderr;
  };
  it.each([
    [
      'another text is shared',
      /ends here/,
      'ended here',
      'was changed after it was compiled: its digest does not match its content; compile it again',
    ],
    [
      'a reference leads elsewhere',
      /"\/program":0/,
      '"/program":7',
      'is not a plan of version 2: `/components/1/shared/~1program` names 7, and places of `/shared` are 0 to ',
    ],
    [
      'it has more fields',
      /^\{/,
      '{"more":1,',
      'is not a plan of version 2: it does not say what a plan of version 2 says',
    ],
    [
      'its version is newer',
      /"version":2/,
      '"version":3',
      'is a plan of version 3, and this headgate reads versions 1 and 2',
    ],
    ['its version is older', /"version":2/, '"version":1', 'was changed after it was compiled'],
  ])('where %s', (_, from, to, reason) => {
    expect(refused((text) => text.replace(from, to))).toContain(`\`bad.json\` ${reason}`);
  });

  it('where it is nested without end', () => {
    expect(
      refused(() => `{"schema":"headgate.plan","version":1,"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
    ).toContain('`bad.json` is nested deeper than any plan');
  });
});
