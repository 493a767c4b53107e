/** Comparing outputs with `expected/`, and updating it. Every run leaves what it saw in `actual/`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from './harness.ts';

export const goldenFolder = 'golden';

export const updating = (): boolean => {
  const wanted = process.env['HEADGATE_GOLDEN_UPDATE'] === '1';
  if (wanted && process.env['CI']) throw new Error('expected outputs are not updated under CI');
  return wanted;
};

const foldersOf = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** `suite/case` for every case; HEADGATE_GOLDEN_FILTER keeps those that contain it. */
export function goldenCases(wanted: (suite: string) => boolean): readonly string[] {
  const filter = process.env['HEADGATE_GOLDEN_FILTER'] ?? '';
  return foldersOf(goldenFolder)
    .filter(wanted)
    .flatMap((suite) => foldersOf(join(goldenFolder, suite)).map((name) => `${suite}/${name}`))
    .filter((name) => name.includes(filter));
}

function writeTree(folder: string, artifacts: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of artifacts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function readTree(folder: string): ReadonlyMap<string, string> {
  const unify = (text: string): string => text.replaceAll('\r\n', '\n');
  return new Map(filesBelow(folder).map((path) => [path, unify(readFileSync(join(folder, path), 'utf8'))]));
}

export interface Differences {
  readonly missing: readonly string[];
  readonly orphans: readonly string[];
  readonly changed: readonly string[];
}

export function compare(expected: ReadonlyMap<string, string>, actual: ReadonlyMap<string, string>): Differences {
  return {
    missing: [...actual.keys()].filter((path) => !expected.has(path)),
    orphans: [...expected.keys()].filter((path) => !actual.has(path)),
    changed: [...actual.keys()].filter((path) => expected.has(path) && expected.get(path) !== actual.get(path)),
  };
}

/** Writes `actual/`, and either updates `expected/` or says what differs from it. */
export function settle(name: string, actual: ReadonlyMap<string, string>): string | undefined {
  const folder = join(goldenFolder, name);
  if (existsSync(join(folder, 'actual')) || actual.size > 0) writeTree(join(folder, 'actual'), actual);
  if (updating()) {
    writeTree(join(folder, 'expected'), actual);
    return undefined;
  }
  const expected = readTree(join(folder, 'expected'));
  const { missing, orphans, changed } = compare(expected, actual);
  const said = [
    ...missing.map((path) => `${folder}/expected/${path} is missing`),
    ...orphans.map((path) => `${folder}/expected/${path} is not produced any more`),
    ...changed.map((path) =>
      firstDifference(`${folder}/expected/${path}`, expected.get(path) ?? '', actual.get(path) ?? ''),
    ),
  ];
  if (said.length === 0) return undefined;
  return `${said.join('\n')}\nIf this is as it should be: npm run golden:update -- ${name}`;
}

function firstDifference(path: string, expected: string, actual: string): string {
  const left = expected.split('\n');
  const right = actual.split('\n');
  const at = left.findIndex((line, index) => line !== right[index]);
  const line = at < 0 ? left.length : at;
  const around = (lines: readonly string[], sign: string): string =>
    lines
      .slice(line, line + 4)
      .map((text) => `    ${sign} ${text}`)
      .join('\n');
  return `${path}:${line + 1} differs\n${around(left, '-')}\n${around(right, '+')}`;
}
