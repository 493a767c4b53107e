import { expect, it } from 'vitest';
import { expectedEdges } from '../../../../src/plan/targets/expected.ts';
import { wrongUrls } from '../../../../src/plan/targets/urls.ts';
import { planOf, program, scenario } from '../../../support/compose.ts';

const chain = scenario({ components: { a: [], b: [] }, bindings: [['a.data', 'b.out']], exports: {} });
const asking = program(['data']).replace('[/run, "${slots.data.url}"]', '[/run, "--to=${slots.data.url}", now]');
const plan = await planOf(new Map([...chain, ['a.yaml', asking]]));

/** What `/a` is started with, held against where its slot leads. */
const faults = (...entrypoint: readonly string[]): readonly string[] =>
  wrongUrls([{ title: '/a', environment: {}, entrypoint }], plan, expectedEdges(plan), () => 'there:1');

it('finds a word that leads somewhere else', () => {
  expect(faults('/run', '--to=http://there:1', 'now')).toEqual([]);
  expect(faults('/run', '--to=http://elsewhere:1', 'now')).toEqual([
    'word 1 of /a is --to=http://elsewhere:1, and not --to=http://there:1',
  ]);
  expect(faults('/bin/sh', '-ec', 'true')).toEqual(['word 1 of /a is -ec, and not --to=http://there:1']);
});

it('does not take the words of a shell that reads secrets first for those of the program', () => {
  expect(faults('/bin/sh', '-ec', 'set -- /run \'--to=http://there:1\' now\nexec "$@"')).toEqual([]);
});
