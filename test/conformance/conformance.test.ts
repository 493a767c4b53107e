/**
 * Runs the cases that were measured on Amber, where they are at hand (../shared/conformance). Rewrites and requests must agree in
 * full; the other suites must not fall below what floors.json records, and what they find beyond the reference is listed, with its
 * reason, in extras.json.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const suites = resolve('../shared/conformance');
const runner = join(suites, 'conformance.mjs');
const present = existsSync(runner);

interface Floors {
  readonly [suite: string]: Readonly<Record<string, number>>;
}
interface Deviation {
  readonly suite: string;
  readonly case: string;
  readonly reason: string;
}
const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const floors = readJson<Floors>('test/conformance/floors.json');
interface Extras {
  readonly reason: string;
  /** Suite → cases where more than the reference's diagnostics is found, for this reason. */
  readonly cases: Readonly<Record<string, readonly string[]>>;
}
const extras = readJson<readonly Extras[]>('test/conformance/extras.json');
const deviations = readJson<readonly Deviation[]>('test/conformance/deviations.json');

interface Run {
  readonly score: Readonly<Record<string, number>>;
  /** Cases that differ, with what differs. */
  readonly differing: ReadonlyMap<string, string>;
}

/** Reads `ui.json: verdict 44 of 45, extra 2` and the lines `  NAME: WHY` before it. */
function readReport(report: string, suite: string): Run {
  const differing = new Map<string, string>();
  let score: Record<string, number> = {};
  for (const line of report.split('\n')) {
    const item = /^ {2}([^:]+): (.*)$/.exec(line);
    if (item) differing.set(item[1] as string, item[2] as string);
    if (!line.startsWith(`${suite}: `)) continue;
    const rest = line.slice(suite.length + 2);
    const agree = /^(\d+) of (\d+) scenarios agree$/.exec(rest);
    if (agree) score = { agree: Number(agree[1]), of: Number(agree[2]) };
    else
      score = Object.fromEntries(
        [...rest.matchAll(/([a-z ]+?) (\d+)(?: of \d+)?(?:, |$)/g)].map((m) => [m[1], Number(m[2])]),
      );
  }
  return { score, differing };
}

function run(suite: string): Run {
  const { stdout } = spawnSync(process.execPath, [runner, '--show', '9999', join(suites, suite)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const result = readReport(stdout, suite);
  console.log(
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`${suite}: `))
      .join('\n'),
  );
  return result;
}

const known = (suite: string): readonly string[] => deviations.filter((d) => d.suite === suite).map((d) => d.case);

if (!present) console.log('conformance: ../shared/conformance is not here, the cases did not run');

describe.runIf(present)('conformance', () => {
  it.each(['rewrite.json', 'requests.json', 'config.json'])('%s agrees', { timeout: 600_000 }, (suite) => {
    const { score, differing } = run(suite);
    expect(score['of']).toBeGreaterThan(0);
    const names = known(suite);
    expect([...differing].filter(([name]) => !names.includes(name))).toEqual([]);
    expect(
      names.filter((name) => !differing.has(name)),
      'listed as deviations, and agree now',
    ).toEqual([]);
  });

  it.each(['ui.json', 'diagnostics.json'])('%s does not fall', { timeout: 600_000 }, (suite) => {
    const { score, differing } = run(suite);
    const floor = floors[suite] ?? {};
    for (const [name, least] of Object.entries(floor)) {
      if (name === 'extra') expect(score[name], name).toBeLessThanOrEqual(least);
      else expect(score[name], name).toBeGreaterThanOrEqual(least);
    }
    // A wrong verdict is never a matter of counting.
    const names = known(suite);
    const wrong = [...differing].filter(([name, why]) => why.startsWith('exit ') && !names.includes(name));
    expect(wrong).toEqual([]);
    const missing = [...differing].filter(([name, why]) => why.includes('missing ') && !names.includes(name));
    expect(missing, 'not found, and not listed in deviations.json').toEqual([]);
    const more = [...differing].filter(([, why]) => why.includes('extra ')).map(([name]) => name);
    const listed = extras.flatMap(({ cases }) => cases[suite] ?? []);
    expect(more.toSorted(), 'the cases of extras.json are those that find more').toEqual(listed.toSorted());
  });
});

describe('conformance report', () => {
  it('is read', () => {
    const text =
      '  a_case: exit 0, expected failure\nui.json: verdict 44 of 45, code and line 42 of 47, exact column 40 of 47, extra 2\n';
    const { score, differing } = readReport(text, 'ui.json');
    expect(score).toEqual({ verdict: 44, 'code and line': 42, 'exact column': 40, extra: 2 });
    expect(differing.get('a_case')).toBe('exit 0, expected failure');
    expect(readReport('rewrite.json: 44 of 45 scenarios agree\n', 'rewrite.json').score).toEqual({ agree: 44, of: 45 });
  });

  it('lists every deviation with its reason', () => {
    expect([...deviations, ...extras].filter((d) => d.reason.length < 20)).toEqual([]);
  });
});
