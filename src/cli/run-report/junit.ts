/** A run as JUnit XML: a test case for the run as a whole, and one for each probe. */
import { gateOf, type ReportedRun, retryOfRun, summaryOf, verdictOn } from './told.ts';

interface Case {
  readonly group: string;
  readonly name: string;
  readonly seconds: number;
  readonly verdict: 'passed' | 'failed' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/** No attributes at the root and none beyond those of a suite: so it fits the schemas of Ant and of Jenkins alike. */
export function junitXml(run: ReportedRun): string {
  const cases: readonly Case[] = [ofRun(run), ...ofProbes(run)];
  const count = (verdict: Case['verdict']): number => cases.filter((one) => one.verdict === verdict).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  const suite = attributes({
    name: `headgate run ${run.id}`,
    // Without a zone: the older of the schemas knows none.
    timestamp: (run.startedAt ?? '1970-01-01T00:00:00Z').slice(0, 19),
    hostname: 'localhost',
    tests: cases.length,
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    time: inSeconds(seconds),
    id: 0,
    package: 'headgate',
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${suite}>`,
    '    <properties/>',
    ...cases.map(caseXml),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function ofRun({ id, state, reasons }: ReportedRun): Case {
  const verdict = state === 'COMPLETE' || state === 'RUNNING' ? 'passed' : state === 'FAILED' ? 'failed' : 'error';
  const text = reasons.join('\n');
  return { group: 'headgate.run', name: id, seconds: 0, verdict, type: state, message: reasons[0] ?? state, text };
}

const ofProbes = (run: ReportedRun): readonly Case[] =>
  run.probes.map((one) => ({
    group: `headgate.probe.${one.kind}`,
    name: one.probe,
    seconds: one.found?.durationSeconds ?? 0,
    verdict: verdictOn(one),
    type: gateOf(one),
    message: summaryOf(one),
    text: `${summaryOf(one)}\n${retryOfRun(run, one.probe)}${one.found ? `\n${one.found.statement}` : ''}`,
  }));

function caseXml({ group, name, seconds, verdict, type, message, text }: Case): string {
  const open = `    <testcase${attributes({ classname: group, name, time: inSeconds(seconds) })}`;
  if (verdict === 'passed') return `${open}/>`;
  const inside =
    verdict === 'skipped'
      ? '<skipped/>'
      : `<${verdict === 'failed' ? 'failure' : 'error'}${attributes({ message, type })}>${escaped(text)}</${verdict === 'failed' ? 'failure' : 'error'}>`;
  return `${open}>\n      ${inside}\n    </testcase>`;
}

const inSeconds = (seconds: number): string => seconds.toFixed(3);

const attributes = (all: Readonly<Record<string, string | number>>): string =>
  Object.entries(all)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replace(/[\n\t]/g, (c) => `&#${c.charCodeAt(0)};`)}"`)
    .join('');

/** What XML cannot hold at all, escaped or not, and halves of characters are shown as U+FFFD. */
const escaped = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('utf8')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\r]/g, (found) => entities[found] as string);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
