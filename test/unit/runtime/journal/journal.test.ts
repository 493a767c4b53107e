import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Action } from '../../../../src/ir/action.ts';
import type { EntryContent } from '../../../../src/language/journal/entry.ts';
import { nothing } from '../../../../src/runtime/authority/authority.ts';
import { createFold } from '../../../../src/runtime/journal/fold.ts';
import { type Journal, openJournal } from '../../../../src/runtime/journal/journal.ts';
import { readJournal } from '../../../../src/runtime/journal/read.ts';
import { createRecorder, type Recorder } from '../../../../src/runtime/journal/record.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const owner = { pid: 1, startTime: '2', bootId: 'b' };
const content = (n: number, text = ''): EntryContent => ({
  type: 'cancel',
  action: null,
  attempt: null,
  data: { reason: `${n}${text}` },
});
let runs = 0;
const newPath = (): string => {
  const folder = join(temp.path, `run${runs++}`);
  mkdirSync(folder);
  return join(folder, 'journal.ndjson');
};
function open(path: string): Journal {
  const journal = openJournal(path, { runId: 'r', owner, clock: () => '2030-01-01T00:00:00Z' });
  if ('corrupt' in journal) throw new Error(JSON.stringify(journal.corrupt));
  return journal;
}
function written(count: number): string {
  const path = newPath();
  const journal = open(path);
  for (let n = 0; n < count; n++) journal.append(content(n, ' é\n'));
  journal.close();
  return path;
}

/** The same checks in another language, from the description alone. */
const checker = `
import hashlib, json, sys
def canonical(v): return json.dumps(v, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
prev = hashlib.sha256(('headgate.run ' + sys.argv[2]).encode()).hexdigest()
for n, line in enumerate(open(sys.argv[1], encoding='utf8', newline='\\n')):
    entry = json.loads(line)
    own = entry.pop('hash')
    assert entry['seq'] == n and entry['prev'] == prev, n
    assert own == hashlib.sha256((prev + canonical(entry)).encode()).hexdigest(), n
    prev = own
print('whole')
`;

describe('journal', () => {
  it('is a chain that another program can check', () => {
    const path = written(20);
    expect(readJournal(path, 'r')).toMatchObject({ tornBytes: 0, entries: { length: 20 } });
    const run = (id: string) => spawnSync('python3', ['-c', checker, path, id], { encoding: 'utf8' });
    expect(run('r').stdout).toBe('whole\n');
    expect(run('other').status).toBe(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('goes on where it ended', () => {
    const path = written(3);
    const journal = open(path);
    journal.append(content(3, ' é\n'));
    journal.close();
    const read = readJournal(path, 'r');
    expect('entries' in read && read.entries.map(({ data }) => data)).toEqual(
      [0, 1, 2, 3].map((n) => ({ reason: `${n} é\n` })),
    );
  });

  it('belongs to one run', () => {
    expect(readJournal(written(1), 'another')).toMatchObject({ corrupt: { line: 1 } });
  });

  it('loses a torn end and nothing else, wherever it was torn', () => {
    const path = written(4);
    const bytes = readFileSync(path);
    const starts = [0, ...[...bytes.keys()].filter((i) => bytes[i] === 10).map((i) => i + 1)];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (cut) => {
        const torn = newPath();
        writeFileSync(torn, bytes.subarray(0, cut));
        const whole = starts.filter((start) => start > 0 && start <= cut).length;
        const journal = open(torn);
        const isTorn = !starts.includes(cut);
        expect(journal.entries.length).toBe(whole + (isTorn ? 1 : 0));
        if (isTorn) expect(journal.entries.at(-1)?.data).toMatchObject({ event: 'torn-end-cut-off' });
        journal.append(content(9));
        journal.close();
        expect(readJournal(torn, 'r')).toMatchObject({ tornBytes: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('is refused as a whole after any change of a byte in a whole line', () => {
    const path = written(4);
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 2 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at] = ((changed[at] as number) + by) % 256;
        const other = newPath();
        writeFileSync(other, changed);
        expect(readJournal(other, 'r')).toHaveProperty('corrupt.line');
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['lost', (lines: string[]) => lines.filter((_, i) => i !== 1), 2],
    ['repeated', (lines: string[]) => [...lines.slice(0, 2), ...lines.slice(1)], 3],
    ['exchanged', (lines: string[]) => [lines[1], lines[0], ...lines.slice(2)], 1],
  ] as const)('is refused with a line %s', (_, change, line) => {
    const path = written(4);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${change(lines).join('\n')}\n`);
    expect(openJournal(path, { runId: 'r', owner, clock: () => '' })).toMatchObject({ corrupt: { line } });
  });

  it('takes no second entry after one could not be written', () => {
    const path = written(1);
    const journal = open(path);
    journal.close();
    expect(() => journal.append(content(9))).toThrow(/EBADF/);
    expect(() => journal.append(content(9))).toThrow(/EBADF/);
    appendFileSync(path, '');
    expect(readJournal(path, 'r')).toMatchObject({ entries: { length: 1 } });
  });
});

describe('entries that are appended together', () => {
  const told = (): {
    readonly path: string;
    readonly said: string[];
    readonly record: Recorder;
    readonly end: () => void;
  } => {
    const path = newPath();
    const journal = open(path);
    const said: string[] = [];
    const record = createRecorder(journal, 'r', createFold(), ({ type, actionId }) => said.push(`${type} ${actionId}`));
    return { path, said, record, end: journal.close };
  };
  const apply = (target: string): Action => ({ type: 'grant.apply', target });

  it('are lines like all others, in the order in which they were appended, and told when they are on the disk', async () => {
    const { path, said, record, end } = told();
    const begun = [record.beginTogether(apply('/a'), nothing), record.beginTogether(apply('/b'), nothing)];
    expect(said, 'nobody has brought them to the disk').toEqual([]);
    expect(await Promise.all(begun)).toEqual([1, 1]);
    await record.outcomeTogether(apply('/a'), 1, { state: 'succeeded' });
    expect(await record.beginTogether(apply('/a'), nothing), 'the next attempt').toBe(2);
    end();
    const wanted = ['intent /a', 'intent /b', 'outcome /a', 'intent /a'].map((one) =>
      one.replace(' ', ' grant.apply:'),
    );
    expect(said).toEqual(wanted);
    const read = readJournal(path, 'r');
    if ('corrupt' in read) throw new Error(read.corrupt.reason);
    expect(read.entries.map(({ type, actionId }) => `${type} ${actionId}`)).toEqual(wanted);
  });

  it('are told before one that is brought to the disk meanwhile', async () => {
    const { said, record, end } = told();
    const begun = record.beginTogether(apply('/a'), nothing);
    record.begin(apply('/b'), nothing);
    expect(said).toEqual(['intent grant.apply:/a', 'intent grant.apply:/b']);
    await begun;
    expect(said).toHaveLength(2);
    end();
  });

  it('reject when they could not be brought to the disk, and nothing more is accepted', async () => {
    const { said, record, end } = told();
    const begun = [record.beginTogether(apply('/a'), nothing), record.beginTogether(apply('/b'), nothing)];
    end();
    for (const one of begun) await expect(one).rejects.toMatchObject({ code: 'EBADF' });
    expect(said).toEqual([]);
    expect(() => record.begin(apply('/c'), nothing)).toThrow('EBADF');
  });
});
