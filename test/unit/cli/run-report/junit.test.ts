import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { githubText } from '../../../../src/cli/run-report/github.ts';
import { junitXml } from '../../../../src/cli/run-report/junit.ts';
import { sarifText } from '../../../../src/cli/run-report/sarif.ts';
import type { ReportedProbe, ReportedRun } from '../../../../src/cli/run-report/told.ts';

const found = (passed: boolean | null, outcome: string, summary = 'seen'): ReportedProbe['found'] =>
  ({
    probe: 'x',
    kind: 'k',
    passed,
    outcome,
    summary,
    durationSeconds: 1.25,
    subjectDigest: 'sha256:5',
    statement: 'sha256:7',
  }) as ReportedProbe['found'];
const one = (probe: string, required: boolean, evidence: ReportedProbe['found']): ReportedProbe => ({
  probe,
  kind: 'api_smoke',
  required,
  found: evidence,
});

const hostile = 'a\u0000\u001b[31m<b a="1">&amp; \ufffe\ud800 ]]> \r\n\tü🦊';
const run: ReportedRun = {
  id: '20300101-000000-0000',
  state: 'BLOCKED',
  startedAt: '2030-01-01T00:00:00.000Z',
  blocked: [],
  reasons: [hostile],
  probes: [
    one('well', true, found(true, 'completed')),
    one('badly', true, found(false, 'completed', hostile)),
    one('advice', false, found(false, 'completed')),
    one('broken', true, found(null, 'error')),
    one('put-off', true, found(null, 'deferred')),
    one('hint', false, found(null, 'deferred')),
    one('never', true, undefined),
  ],
};

/** Read by a parser that shares no code with the writer; checked against what Ant's and Jenkins' schemas ask for. */
const CHECK = `
import re, sys, json, xml.etree.ElementTree as E
root = E.fromstring(sys.stdin.buffer.read())
def need(ok, what):
    if not ok: sys.exit(what)
need(root.tag == 'testsuites' and not root.attrib, 'root')
for suite in root:
    need(suite.tag == 'testsuite', suite.tag)
    a = suite.attrib
    need(set(a) == set('name timestamp hostname tests failures errors skipped time id package'.split()), str(a))
    need(re.fullmatch(r'\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d', a['timestamp']), a['timestamp'])
    need(all(re.fullmatch(r'\\d+', a[k]) for k in 'tests failures errors skipped id'.split()), 'counts')
    need(re.fullmatch(r'\\d+\\.\\d+', a['time']), a['time'])
    order = [c.tag for c in suite]
    need(order[0] == 'properties' and order[-2:] == ['system-out', 'system-err'], str(order))
    cases = suite.findall('testcase')
    need(order[1:-2] == ['testcase'] * len(cases), str(order))
    for case in cases:
        need(set(case.attrib) == {'classname', 'name', 'time'}, str(case.attrib))
        need(len(case) <= 1 and all(c.tag in ('failure', 'error', 'skipped') for c in case), case.get('name'))
        for c in case:
            need(c.tag == 'skipped' or set(c.attrib) == {'message', 'type'}, c.tag)
    count = lambda tag: len(suite.findall('testcase/' + tag))
    need([int(a[k]) for k in ('tests', 'failures', 'errors', 'skipped')] == [len(cases), count('failure'), count('error'), count('skipped')], 'sums')
print(json.dumps({c.get('name'): [(x.tag, x.get('type'), x.get('message'), x.text) for x in c] for c in root.iter('testcase')}))
`;

describe('JUnit XML', () => {
  it('fits what the usual schemas ask for, whatever probes said', () => {
    const told = JSON.parse(
      execFileSync('python3', ['-c', CHECK], { input: junitXml(run), encoding: 'utf8' }),
    ) as Readonly<Record<string, readonly (readonly [string, string, string, string])[]>>;
    expect(Object.entries(told).map(([name, inside]) => [name, inside[0]?.[0], inside[0]?.[1]])).toEqual([
      ['20300101-000000-0000', 'error', 'BLOCKED'],
      ['well', undefined, undefined],
      ['badly', 'failure', 'probe_failed'],
      ['advice', 'failure', 'probe_failed'],
      ['broken', 'error', 'probe_runner_error'],
      ['put-off', 'error', 'probe_not_assessed'],
      ['hint', 'skipped', null],
      ['never', 'error', 'probe_evidence_missing'],
    ]);
    const shown = 'a\ufffd\ufffd[31m<b a="1">&amp; \ufffd\ufffd ]]> \r\n\tü🦊';
    expect(told['badly']?.[0]?.[2]).toBe(shown);
    expect(told['badly']?.[0]?.[3]).toBe(`${shown}\nheadgate resume ${run.id}\nsha256:7`);
  });

  it('of a run that is well has nothing but passed cases', () => {
    const xml = junitXml({ ...run, state: 'COMPLETE', reasons: [], probes: run.probes.slice(0, 1) });
    expect(xml).toContain('tests="2" failures="0" errors="0" skipped="0"');
    expect(junitXml({ ...run, state: 'FAILED', probes: [] })).toContain('failures="1" errors="0"');
  });
});

describe('SARIF and annotations', () => {
  it('name every probe that has not passed, by its gate, as loud as it counts', () => {
    const { runs } = JSON.parse(sarifText(run)) as {
      runs: {
        results: { ruleId: string; ruleIndex: number; level: string; message: { text: string } }[];
        tool: { driver: { rules: { id: string }[] } };
      }[];
    };
    const [{ results, tool }] = runs as [(typeof runs)[number]];
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      'probe_failed error',
      'probe_failed warning',
      'probe_runner_error error',
      'probe_not_assessed error',
      'probe_not_assessed note',
      'probe_evidence_missing error',
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(results[2]?.message.text).toContain(`\`headgate resume ${run.id}\` runs it again`);
  });

  it('stay on one line each, and say nothing where all is well', () => {
    const lines = githubText(run).trimEnd().split('\n');
    expect(lines.map((line) => /^::(\w+) title=(\S+ \S+?)::/.exec(line)?.slice(1))).toEqual([
      ['error', 'probe_failed badly'],
      ['warning', 'probe_failed advice'],
      ['error', 'probe_runner_error broken'],
      ['error', 'probe_not_assessed put-off'],
      ['notice', 'probe_not_assessed hint'],
      ['error', 'probe_evidence_missing never'],
    ]);
    expect(githubText({ ...run, probes: run.probes.slice(0, 1) })).toBe('');
  });
});
