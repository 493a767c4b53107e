import { expect, it } from 'vitest';
import { withoutOwnWords } from '../../../../../src/runtime/deploy/compose/own-words.ts';

type Said = readonly [stream: 'stdout' | 'stderr', text: string];

function heard(code: number | null, ...all: readonly Said[]): readonly string[] {
  const told: string[] = [];
  const one = withoutOwnWords((stream, chunk) => told.push(`${stream} ${chunk}`));
  for (const [stream, text] of all) one.hear(stream, Buffer.from(text));
  one.end(code);
  return told;
}

it.each([
  'unexpected EOF\n',
  'error during connect: Get "http://x": EOF\n',
  'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n',
  'Error response from daemon: No such container: abc\n',
])('%j at the end of what broke off is no word of the program', (text) => {
  expect(heard(1, ['stdout', 'a'], ['stderr', text])).toEqual(['stdout a']);
  expect(heard(null, ['stderr', text])).toEqual([]);
});

it('is one where the program says more, where all was heard, and on the other stream', () => {
  const eof = 'unexpected EOF\n';
  expect(heard(1, ['stderr', eof], ['stdout', 'more'])).toEqual([`stderr ${eof}`, 'stdout more']);
  expect(heard(1, ['stderr', eof], ['stderr', eof])).toEqual([`stderr ${eof}`]);
  expect(heard(0, ['stderr', eof])).toEqual([`stderr ${eof}`]);
  expect(heard(1, ['stdout', eof], ['stderr', `${eof}and more`])).toEqual([`stdout ${eof}`, `stderr ${eof}and more`]);
});

it('holds the reading back as long as who hears does', async () => {
  let isHeard = false;
  const slow = withoutOwnWords(async () => {
    await Promise.resolve();
    isHeard = true;
  });
  await slow.hear('stdout', Buffer.from('a'));
  expect(isHeard).toBe(true);
});
