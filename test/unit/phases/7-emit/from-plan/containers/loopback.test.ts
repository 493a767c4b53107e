import { describe, expect, it } from 'vitest';
import { tellLoopback } from '../../../../../../src/phases/7-emit/from-plan/containers/loopback.ts';
import type { Text } from '../../../../../../src/phases/7-emit/from-plan/containers/values.ts';
import type { WiredComponent } from '../../../../../../src/plan/wiring/component.ts';

function told(argv: readonly Text[], env: Readonly<Record<string, Text>> = {}, ports = [8080]): readonly string[] {
  const found: string[] = [];
  tellLoopback(
    { moniker: '/a', ports } as unknown as WiredComponent,
    { image: null, argv, env: Object.entries(env), files: [] },
    {
      of: (_, make) => void found.push(/listen on `([^`]*)`/.exec(make({ at: undefined }).message)?.[1] ?? ''),
      firstLineOf: () => undefined,
    },
  );
  return found;
}
const words = (line: string): readonly Text[] => line.split(' ').map((word) => [word]);

describe('a program that is told to listen on the loopback', () => {
  it.each([
    ['/web --bind 127.0.0.1', '127.0.0.1'],
    ['/web --bind-address ::1', '::1'],
    ['/web --listen=localhost', '--listen=localhost'],
    ['/web --listen 127.0.0.1:8080', '127.0.0.1:8080'],
    ['/web --at=[::1]:8080', '[::1]:8080'],
    ['/web localhost:8080,localhost:8080', 'localhost:8080'],
  ])('is seen in %s', (line, text) => {
    expect(told(words(line))).toEqual([text]);
    expect(told(words(line), {}, [])).toEqual([]);
  });

  it('is seen in a variable', () => {
    expect(told([], { LISTEN: ['127.0.0.1:8080'] })).toEqual(['127.0.0.1:8080']);
  });

  it.each([
    '/web --bind 0.0.0.0',
    '/web --listen :::8080',
    '/web --db-host localhost',
    '/web 127.0.0.1',
    '/web --cache 127.0.0.1:6379',
    '/web --cache 127.0.0.1:80800',
    '/web http://127.0.0.1:8080/',
    '/web tcp://localhost:8080',
    '/web --name my.localhost:8080',
  ])('is not taken for %s', (line) => {
    expect(told(words(line))).toEqual([]);
  });

  it('is not taken for an address that the target writes, nor for a value that comes later', () => {
    expect(told([['--bind'], [{ address: '127.0.0.1:8080' }], ['127.0.0.1', { address: ':8080' }]])).toEqual([]);
  });
});
