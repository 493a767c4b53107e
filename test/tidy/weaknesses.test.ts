import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../support/harness.ts';

/**
 * What was found wanting when Amber's local runtime was looked at. A number without a reason is a regression test: a title in
 * test/system that begins with it, `4.3(1): …`. The others say where they belong, or which file shows them.
 */
const weaknesses: Readonly<Record<string, readonly [what: string, elsewhere?: string]>> = {
  '0.1': ['commands to look at a machine are missing', 'commands, and no weakness of a run'],
  '0.2': ['several binaries and images are needed to run anything'],
  '0.3': ['edges are Noise sessions between routers', 'no session and no router is between two sandboxes here'],
  '0.4': ['the address of a slot is known only when it runs'],
  '0.5': ['a program at 0.0.0.0 is reached by every other component'],
  '0.6': ['every component reaches the loopback of the host, and the exports there'],
  '0.7': ['the internet is open, and root keeps its capabilities'],
  '0.8': ['the first program that ends takes all down'],
  '0.9': ['output of programs is not shown'],
  '0.10': ['secrets stand in files that everybody may read'],
  '0.11': ['success is told before programs answer, and without a terminal a run is detached'],
  '0.12': ['the kind of a program decides where it runs'],
  '0.13': ['outputs depend on where the scenario lies'],
  '0.14': ['policies are run unasked', 'test/system/policies.test.ts'],
  '0.15': ['one run over several places', 'belongs to targets other than one machine'],
  '2.10(1)': ['texts of users change where they look like identities'],
  '2.10(2)': ['the scope of a run depends on the path of the checkout'],
  '2.10(3)': ['unknown components in settings are ignored'],
  '2.10(4)': ['components that nobody binds to disappear'],
  '2.10(5)': ['documents contradict what happens'],
  '4.1(1)': ['many processes for a few programs'],
  '4.2(1)': ['no limits, and the capabilities of root'],
  '4.2(2)': ['exports on the host are reached from denied components'],
  '4.2(3)': ['ports of peers and of the world are reached'],
  '4.2(4)': ['the resolver of the host is bound in'],
  '4.2(5)': ['on other systems isolation is best effort'],
  '4.2(6)': ['a state folder with `..` in its path breaks sandboxes'],
  '4.3(1)': ['what is missing is told after minutes'],
  '4.3(2)': ['the end of a program ends others, and its status is lost'],
  '4.3(3)': ['restarts have no limit, and a task is run for ever'],
  '4.3(4)': ['logs are cut off at a restart'],
  '4.3(5)': ['exports stay broken after a restart'],
  '4.3(6)': ['programs of other targets are never restarted', 'belongs to Compose and Kubernetes'],
  '4.3(7)': ['killed while it starts, it leaves processes'],
  '4.3(8)': ['killed later, everything goes on unsupervised'],
  '4.3(9)': ['sockets pile up in /tmp'],
  '4.3(10)': ['one start at a time for each user'],
  '4.4(1)': ['state is readable by all, and everybody is given all values'],
  '4.4(2)': ['storage goes with the run'],
  '4.4(3)': ['files are believed about runs that are dead'],
  '4.5(1)': ['a listener at 0.0.0.0'],
  '4.5(2)': ['a connection that says nothing ends a listener'],
  '4.5(3)': ['nothing is traced', 'test/system/tracing-run.test.ts'],
};

const folder = 'test/system';
const number = /\d\.\d+(?:\(\d+\))?/;
const title = new RegExp(`['"\`]((?:${number.source}, )*${number.source}): `, 'g');
const numbered = filesBelow(folder)
  .filter((path) => path.endsWith('.test.ts'))
  .flatMap((path) => [...readFileSync(join(folder, path), 'utf8').matchAll(title)])
  .flatMap((match) => (match[1] ?? '').split(', '));

describe('weaknesses by number', () => {
  it('are all shown by a test, or say where they belong', () => {
    const open = Object.entries(weaknesses).filter(([, [, elsewhere]]) => elsewhere === undefined);
    expect(open.map(([key]) => key).filter((key) => !numbered.includes(key))).toEqual([]);
    expect(open.length).toBeGreaterThan(30);
  });

  it('that are shown have no reason not to be, and files that show others are there', () => {
    const others = Object.entries(weaknesses).filter(([, [, elsewhere]]) => elsewhere !== undefined);
    expect(others.map(([key]) => key).filter((key) => numbered.includes(key))).toEqual([]);
    const paths = others.flatMap(([, [, elsewhere]]) => (elsewhere?.startsWith('test/') ? [elsewhere] : []));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('have no number of their own in a title', () => {
    // 7.6 and 7.7 are hazards of edges, which are not weaknesses of anybody.
    const known = new Set([...Object.keys(weaknesses), '7.6', '7.7']);
    expect([...new Set(numbered)].filter((key) => !known.has(key))).toEqual([]);
  });
});
