/** Does the fuzzer see what it is there to see? */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { bombs } from './bombs.ts';
import { type Bundle, bundleWorker } from './bundle.ts';
import { byteMutators } from './bytes.ts';
import { judgeRun } from './cli-sample.ts';
import { type FuzzCase, packSnapshot, readCorpus, takeSnapshot, unpackSnapshot } from './corpus.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { createInputMaker, type FuzzInput } from './make-input.ts';
import { commented, respelled } from './metamorphic.ts';
import { judgeOutput } from './oracle.ts';
import { printTree } from './print.ts';
import { createRandom } from './random.ts';
import { shrink } from './shrink.ts';
import { treeMutators } from './structure.ts';
import { parseTree, type Tree } from './tree.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const small: FuzzCase = {
  name: 'small',
  root: 'scenario.yaml',
  files: new Map([
    ['scenario.yaml', encode('manifest_version: "0.4.0"\ncomponents:\n  a: ./a.yaml\n')],
    ['a.yaml', encode('manifest_version: "0.4.0"\nmetadata: { x: [1, two] }\n')],
  ]),
};

let bundle: Bundle;
let folder = '';
beforeAll(async () => {
  bundle = await bundleWorker();
  folder = mkdtempSync(join(tmpdir(), 'headgate-fuzz-test-'));
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = (inject: string, options: { only?: number; keep?: string } = {}): Promise<FuzzReport> =>
  fuzz({
    worker: bundle.worker,
    seed: 1,
    seconds: 60,
    count: 6,
    corpus: [small],
    cliEvery: 0,
    env: { HEADGATE_FUZZ_INJECT: inject },
    ...options,
  });

describe('a fault', () => {
  it.each([
    ['crash', 'crash', 'put in on purpose'],
    ['rejection', 'crash', 'unhandledRejection: Error: put in on purpose'],
    ['exit', 'crash', 'ended with 3'],
    ['hang', 'hang', 'processor time'],
    ['stuck', 'hang', 'waits for what never comes'],
    ['memory', 'memory', 'MiB'],
    ['bytes', 'memory', 'MiB'],
    ['range', 'range', '5..10000000'],
    ['related', 'range', 'nowhere.yaml 1..2'],
    ['code', 'code', 'check/no-such-code is in no catalogue'],
    ['message', 'message', 'expected undefined'],
    ['control', 'message', 'half a character'],
  ])('%s is found, and the others are run', async (injected, kind, detail) => {
    const report = await run(`${injected}@3`);
    const own = report.found.filter((found) => found.kind === kind);
    expect(own[0]).toMatchObject({ index: 3, detail: expect.stringContaining(detail) });
    expect(report.found.every(({ index }) => index === 3)).toBe(true);
    expect(report.inputs).toBeGreaterThanOrEqual(5);
  });

  it('is found by its number alone, kept, and made small', async () => {
    const report = await run('crash@4', { only: 4, keep: folder });
    expect(report.inputs).toBe(1);
    expect(report.found.map(({ kind }) => kind)).toEqual(['crash']);
    const kept = join(folder, '1-4-crash');
    expect(JSON.parse(readFileSync(join(kept, 'fuzz.json'), 'utf8'))).toMatchObject({
      seed: 1,
      index: 4,
      kind: 'crash',
    });
    await shrink(kept, bundle.worker, () => {}, { HEADGATE_FUZZ_INJECT: 'crash@4' });
    expect(readdirSync(`${kept}-small`)).toEqual(['scenario.yaml']);
  });

  it('that is not there is not found', async () => {
    const report = await run('');
    expect(report.found).toEqual([]);
    expect(report).toMatchObject({ inputs: 6, unconfirmed: [] });
  });
});

it('a worker that is broken itself is no find', async () => {
  const worker = join(folder, 'broken.mjs');
  writeFileSync(worker, 'throw new Error("broken");\n');
  await expect(fuzz({ worker, seed: 1, seconds: 60, corpus: [small] })).rejects.toThrow('does not start');
});

describe('the command line', () => {
  const good = { status: 1, stdout: '{"summary":{"errors":2}}', stderr: '' };
  it.each([
    ['ended well', good, 0],
    ['was killed', { ...good, status: null }, 1],
    ['met a bug', { ...good, status: 70 }, 1],
    ['showed a stack', { ...good, stderr: 'x\n    at f (/a/b.js:1:2)\n' }, 1],
    ['named a bug', { ...good, stderr: 'bug in headgate 1: x' }, 1],
    ['said it was fine', { ...good, status: 0 }, 1],
    ['wrote no JSON', { ...good, stdout: '{' }, 1],
  ] as const)('%s', (_, done, finds) => {
    expect(judgeRun(done, 'json')).toHaveLength(finds);
  });
});

describe('output', () => {
  it.each([
    ['text', 'ä\n\tb', 0],
    ['text', '\u001b[31m', 1],
    ['text', 'a\u202eb', 1],
    ['github', '::error file=a::x\n', 0],
    ['github', '::error file=a::x\n::add-mask::y\n', 1],
    ['json', '{}', 0],
    ['sarif', '{', 1],
  ])('%s %j', (format, text, finds) => {
    expect(judgeOutput(format, text)).toHaveLength(finds);
  });
});

const show = ({ files, how }: FuzzInput): string =>
  JSON.stringify([how, [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')])]);

describe('inputs', () => {
  it('are the same for the same seed, wherever one begins', async () => {
    const snapshot = await takeSnapshot();
    const { corpus } = snapshot;
    const one = await createInputMaker(corpus, 7);
    const two = await createInputMaker(unpackSnapshot(packSnapshot(snapshot)).corpus, 7);
    const other = await createInputMaker(corpus, 8);
    const indices = [0, 1, 50, 51, 999];
    const first = indices.map((index) => show(one.make(index)));
    expect(indices.toReversed().map((index) => show(two.make(index)))).toEqual(first.toReversed());
    expect(indices.map((index) => show(other.make(index)))).not.toEqual(first);
  });

  it('come from every mutator and every bomb', async () => {
    const { make } = await createInputMaker(readCorpus(), 3);
    const seen = new Set(Array.from({ length: 3000 }, (_, index) => make(index).how).flat());
    const all = [...byteMutators, ...treeMutators, ...bombs].map(({ name }) => name);
    expect(all.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('are scenarios of every kind', () => {
    const names = readCorpus().map(({ name }) => name.split('/').slice(0, 2).join('/'));
    for (const name of [
      'golden/check',
      'golden/parse',
      'golden/link',
      'golden/govern',
      'examples/redaction',
      'docs/diagnostics',
    ])
      expect(names).toContain(name);
  });

  it('say the same in YAML and in JSON5', async () => {
    await Promise.all([loadSyntax('yaml'), loadSyntax('json5')]);
    const { make } = await createInputMaker(readCorpus(), 4);
    let compared = 0;
    for (let index = 0; index < 400; index++) {
      const input = make(index);
      for (const [path, tree] of input.trees ?? []) {
        if (!respelled(input)) continue;
        const plain = printTree(tree, 'json');
        const random = createRandom(1, index);
        expect(again('a.yaml', printTree(tree, 'yaml', random)), path).toBe(again('a.json', plain));
        expect(again('a.json5', printTree(tree, 'json5', random)), path).toBe(again('a.json', plain));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  describe('in YAML and in JSON5', () => {
    beforeAll(() => loadSyntax('yaml'));
    const named = (texts: Readonly<Record<string, string>>, settings: string): FuzzInput => ({
      name: 'named',
      root: 'scenario.yaml',
      files: new Map(
        Object.entries({ ...texts, 'headgate.yaml': settings }).map(([path, text]) => [path, encode(text)]),
      ),
      trees: new Map(Object.entries(texts).map(([path, text]) => [path, parseTree(path, text) as Tree])),
      index: 0,
      how: [],
    });
    const empty = 'manifest_version: "0.4.0"\n';
    const texts = {
      'scenario.yaml': `${empty}components:\n  one: ./below/one.yaml\n`,
      'below/one.yaml': `${empty}components:\n  two: ./two.yaml\n  three: "../a%20b.yaml"\n`,
      'below/two.yaml': empty,
      'a b.yaml': empty,
      'operator.yaml': 'delegations: []\n',
      'other.json': '{}\n',
    };

    it('have names of their own, and the one that settings give', () => {
      const made = respelled(named(texts, 'version: 1\ngrants: { delegation: ./operator.yaml, x: ./other.yaml }\n'));
      const left = ['headgate.yaml', 'operator.yaml', 'other.json'];
      expect(made?.map(({ files }) => [...files.keys()].sort())).toEqual([
        ['a b.yaml', 'below/one.yaml', 'below/two.yaml', ...left, 'scenario.yaml'],
        ['a b.json5', 'below/one.json5', 'below/two.json5', ...left, 'scenario.json5'],
      ]);
      const one = new TextDecoder().decode(made?.[1].files.get('below/one.json5'));
      expect(JSON.parse(one)).toMatchObject({ components: { two: './two.json5', three: '../a%20b.json5' } });
    });

    it('say the same where they said the same', () => {
      const twice = `${empty}components:\n  x: ./below/one.yaml\n`;
      const made = respelled(named({ 'scenario.yaml': twice, 'below/one.yaml': twice }, ''));
      for (const { files } of made ?? []) {
        const texts = [...files]
          .filter(([path]) => path !== 'headgate.yaml')
          .map(([, bytes]) => Buffer.from(bytes).toString());
        expect(new Set(texts).size).toBe(1);
      }
      expect(made).toHaveLength(2);
    });

    it.each([
      ['the settings name the root', texts, 'use: { loop: ./scenario.yaml }'],
      ['what the settings name goes on naming another', texts, 'use: { p: ./below/one.yaml }'],
      ['a place in a file is named', { ...texts, 'below/two.yaml': `${empty}components: { x: "one.yaml#a" }\n` }, ''],
      [
        'a text names a manifest here and something else there',
        {
          ...texts,
          'below/operator.yaml': `${empty}components: { x: operator.yaml }\n`,
          'c.yaml': `${empty}components: { x: operator.yaml }\n`,
        },
        'grants: { delegation: ./operator.yaml }',
      ],
      ['a name would be found', { ...texts, 'below/two.yaml': `${empty}components: { x: one.json5 }\n` }, ''],
    ])('are not compared where %s', (_, given, settings) => {
      expect(respelled(named(given, `version: 1\n${settings}\n`))).toBeUndefined();
    });
  });

  it('have a comment before everything that is not at the beginning', () => {
    const made = commented({ ...small, index: 1, how: [] }, []);
    expect(new TextDecoder().decode(made?.files.get('a.yaml'))).toMatch(/^# comment 1\n\nmanifest_version/);
    const at = { file: 'a.yaml', range: { start: 0, end: 1 } };
    const diagnostic = { code: 'x', aliases: [], severity: 'error', message: 'x', related: [], at } as const;
    expect(commented({ ...small, index: 1, how: [] }, [diagnostic])?.shift.has('a.yaml')).toBe(false);
  });
});

function again(file: string, text: string): string | undefined {
  const tree = parseTree(file, text);
  return tree && printTree(tree, 'json');
}
