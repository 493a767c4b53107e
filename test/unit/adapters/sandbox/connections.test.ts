import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { connectionBounds, enter } from '../../../../src/adapters/sandbox/connections.ts';

const stream = (): Socket => new PassThrough() as unknown as Socket;
const closed = (one: Socket): Promise<void> => new Promise((done) => one.once('close', () => done()).destroy());

describe('bounds of connections', () => {
  it('stand in the page about running', () => {
    const { perEdge, perComponent, headMs, idleMs } = connectionBounds;
    const page = readFileSync('docs/running.md', 'utf8');
    for (const [what, value] of [
      ['connections of one edge', `${perEdge} at once`],
      ['connections of one component', `${perComponent} at once`],
      ['until the head of a request', `${headMs / 1000} s`],
      ['without a byte in either direction', `${idleMs / 60_000} minutes`],
    ] as const)
      expect(page.split('\n').find((line) => line.startsWith(`| ${what}`))).toContain(`| ${value} |`);
  });

  it('count a connection once until all of its ends are closed', async () => {
    const [own, all] = [
      { open: 0, most: 1 },
      { open: 0, most: 5 },
    ];
    const [client, near, far, other] = [stream(), stream(), stream(), stream()];
    const joined = enter([own, all], client);
    joined?.([near, far]);
    await closed(client);
    await closed(near);
    expect([own.open, all.open]).toEqual([1, 1]);
    expect(enter([own, all], other)).toBeUndefined();
    expect(other.destroyed).toBe(true);
    await closed(far);
    expect([own.open, all.open]).toEqual([0, 0]);
  });
});
