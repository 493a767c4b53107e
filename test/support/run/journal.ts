/** The journal of a run, read by somebody who does not share its code. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const checker = `
import hashlib, json, sys
def canonical(v): return json.dumps(v, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
prev = hashlib.sha256(('headgate.run ' + sys.argv[2]).encode()).hexdigest()
data = open(sys.argv[1], 'rb').read()
lines = data.split(b'\\n')
torn = len(lines.pop())
for n, line in enumerate(lines):
    entry = json.loads(line)
    own = entry.pop('hash')
    assert entry['seq'] == n and entry['prev'] == prev, n
    assert own == hashlib.sha256((prev + canonical(entry)).encode()).hexdigest(), n
    prev = own
print(len(lines), torn)
`;

export interface Line {
  readonly seq: number;
  readonly type: string;
  readonly actionId: string | null;
  readonly attempt: number | null;
  readonly idempotencyKey: string | null;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const runFolders = (stateDir: string): readonly string[] => {
  const folder = join(stateDir, 'runs');
  // Names with a dot are of runs that were never begun.
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort()
    : [];
};
export const journalPath = (stateDir: string, id: string): string => join(stateDir, 'runs', id, 'journal.ndjson');

/** `whole` also for a chain with a torn last line, which whoever opens it next cuts off. */
export function checkChain(
  stateDir: string,
  id: string,
): { readonly whole: boolean; readonly lines: number; readonly tornBytes: number; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', checker, journalPath(stateDir, id), id], {
    encoding: 'utf8',
  });
  const [lines = 0, tornBytes = 0] = stdout.trim().split(' ').map(Number);
  return { whole: status === 0, lines, tornBytes, said: stderr };
}

/** What a task wrote down of its end; empty while nothing is known. */
export function endRecord(stateDir: string, id: string, moniker: string, attempt: number): string {
  const path = join(stateDir, 'runs', id, 'ends', `${moniker.slice(1).replaceAll('/', '.')}.${attempt}.json`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Actions with an intent that nobody has said the end of. */
export function unfinished(stateDir: string, id: string): readonly string[] {
  const open = new Map<string, string>();
  for (const { type, actionId, attempt } of journalLines(stateDir, id)) {
    const key = `${actionId} ${attempt}`;
    if (type === 'intent') open.set(key, key);
    if (type === 'outcome' || type === 'reconciled') open.delete(key);
  }
  return [...open.values()];
}

export const journalLines = (stateDir: string, id: string): readonly Line[] => {
  const path = journalPath(stateDir, id);
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
};
