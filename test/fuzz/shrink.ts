/** Makes a saved find smaller, as long as it shows the same. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesBelow } from '../support/harness.ts';
import { packSnapshot, takeSnapshot } from './corpus.ts';
import { type WatchOptions, watch } from './watch.ts';

interface Saved {
  readonly root: string;
  readonly index: number;
  readonly signature: string;
}

type Files = ReadonlyMap<string, string>;

/** Bytes of any kind survive as Latin-1. */
export async function shrink(
  folder: string,
  worker: string,
  log: (line: string) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const saved = JSON.parse(readFileSync(join(folder, 'fuzz.json'), 'utf8')) as Saved;
  const paths = filesBelow(folder).filter((path) => path !== 'fuzz.json');
  let files: Files = new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
  const snapshot = join(mkdtempSync(join(tmpdir(), 'headgate-shrink-')), 'snapshot.json');
  writeFileSync(snapshot, packSnapshot(await takeSnapshot([])));
  const shows = (candidate: Files): Promise<boolean> => showsStill(candidate, saved, snapshot, { worker, env });
  if (!(await shows(files))) {
    log('it does not show the fault any more');
    rmSync(dirname(snapshot), { recursive: true });
    return;
  }
  for (let before = -1; before !== weigh(files); ) {
    before = weigh(files);
    for (const path of [...files.keys()]) {
      if (path !== saved.root) {
        const without = new Map([...files].filter(([name]) => name !== path));
        if (await shows(without)) {
          files = without;
          continue;
        }
      }
      for (const unit of [/(?<=\n)/, /(?<=[\s{}[\],:])/, '']) files = await shrinkFile(files, path, unit, shows);
    }
    log(`${weigh(files)} bytes in ${files.size} files`);
  }
  const target = `${folder}-small`;
  rmSync(target, { recursive: true, force: true });
  writeFiles(target, files);
  rmSync(dirname(snapshot), { recursive: true });
  log(`written to ${target}`);
}

const weigh = (files: Files): number => [...files.values()].reduce((sum, text) => sum + text.length, 0);

/** Leaves out stretches of lines, words or characters: halves first, then smaller and smaller ones. */
async function shrinkFile(
  files: Files,
  path: string,
  unit: RegExp | string,
  shows: (files: Files) => Promise<boolean>,
): Promise<Files> {
  let parts = (files.get(path) as string).split(unit);
  if (unit === '' && parts.length > 400) return files;
  let best = files;
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < parts.length; ) {
      const fewer = [...parts.slice(0, at), ...parts.slice(at + size)];
      const candidate = new Map(best).set(path, fewer.join(''));
      if (await shows(candidate)) {
        parts = fewer;
        best = candidate;
      } else at += size;
    }
  }
  return best;
}

async function showsStill(
  files: Files,
  { root, index, signature }: Saved,
  snapshot: string,
  how: Pick<WatchOptions, 'worker' | 'env'>,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-shrink-'));
  try {
    writeFiles(folder, files);
    const job = { kind: 'folder', snapshot, folder, root, index } as const;
    const { ended, verdict } = await watch({ ...how, job, first: index, deadline: Number.POSITIVE_INFINITY });
    const finds = [...ended.flatMap(({ finds: own }) => own), ...(verdict ? [verdict.find] : [])];
    return finds.some((find) => find.signature === signature);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, 'latin1');
  }
}
