/** Who is listened to, from when on, and how often: over a place in memory. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Hear, Life, Seen } from '../../../../src/ports/target.ts';
import { createFollower, type Follower } from '../../../../src/runtime/deploy/follow-logs.ts';
import { settled } from '../../../support/run/fake-clock.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());

interface Listening {
  readonly life: string;
  readonly since: string | undefined;
  readonly say: (text: string) => void;
  /** As the place ends it: false where it was broken off. */
  readonly end: (isWhole: boolean) => Promise<void>;
}

interface Place {
  readonly follower: Follower;
  readonly listenings: readonly Listening[];
  readonly look: (lives: readonly Life[]) => void;
  readonly log: () => string;
}

let made = 0;
function place({ repeats = false, before }: { readonly repeats?: boolean; readonly before?: string } = {}): Place {
  const folder = join(temp.path, String(made++));
  mkdirSync(folder);
  if (before !== undefined) writeFileSync(join(folder, 'a.log'), before);
  let time = 0;
  const listenings: Listening[] = [];
  const follow = (life: string, since: string | undefined, hear: Hear, signal: AbortSignal): Promise<boolean> =>
    new Promise((done) => {
      signal.addEventListener('abort', () => done(false), { once: true });
      listenings.push({
        life,
        since,
        say: (text) => hear('stdout', Buffer.from(text)),
        end: (isWhole) => {
          done(isWhole);
          return settled();
        },
      });
    });
  const follower = createFollower(
    { follow, repeats },
    {
      folder,
      clock: () => `t${++time}`,
      redactor: { redact: (text) => text, stream: () => ({ write: (text) => text, end: () => '' }) },
      onLine: () => {},
    },
  );
  return {
    follower,
    listenings,
    look: (lives) =>
      follower.look('/a', { state: 'ready', code: null, restarts: 0, instance: 'i', lives } satisfies Seen),
    log: () => readFileSync(join(folder, 'a.log'), 'utf8'),
  };
}
const going = (id: string): Life => ({ id, isOver: false });
const over = (id: string): Life => ({ id, isOver: true });

describe('what programs say in a place', () => {
  it('is read once a life', async () => {
    const { look, listenings, log } = place();
    look([going('1')]);
    look([going('1')]);
    expect(listenings.map(({ life, since }) => [life, since])).toEqual([['1', undefined]]);
    listenings[0]?.say('hello\n');
    expect(log()).toMatch(/ stdout hello\n$/);
    await listenings[0]?.end(true);
    look([over('1')]);
    look([over('1'), going('2')]);
    expect(listenings.map(({ life, since }) => [life, since])).toEqual([
      ['1', undefined],
      ['2', undefined],
    ]);
  });

  it('is not listened to before there is somebody who speaks', () => {
    const { look, listenings } = place();
    look([]);
    expect(listenings).toEqual([]);
  });

  it('is read of all who speak for one component', () => {
    const { look, listenings } = place();
    look([going('1'), going('2')]);
    expect(listenings.map(({ life }) => life)).toEqual(['1', '2']);
  });

  it('is asked for again after it could not be had, and nothing of it is left out', async () => {
    const { look, listenings } = place();
    look([going('1')]);
    await listenings[0]?.end(false);
    look([over('1')]);
    expect(listenings.map(({ life, since }) => [life, since])).toEqual([
      ['1', undefined],
      ['1', undefined],
    ]);
  });

  it('goes on where it was broken off', async () => {
    const { look, listenings } = place();
    look([going('1')]);
    listenings[0]?.say('one\n');
    await listenings[0]?.end(false);
    look([going('1')]);
    expect(listenings[1]?.since).toMatch(/^t\d$/);
  });

  it('goes on where the place ended it, though who speaks has not ended', async () => {
    const { look, listenings } = place();
    look([going('1')]);
    await listenings[0]?.end(true);
    // This look may have begun before the end of it was heard.
    look([going('1')]);
    expect(listenings).toHaveLength(1);
    look([going('1')]);
    expect(listenings).toHaveLength(2);
    expect(listenings[1]?.since).toMatch(/^t\d$/);
  });

  it('is read from the beginning in a new life, and from the end of the last one where the place tells all lives at once', async () => {
    for (const repeats of [false, true]) {
      const { look, listenings } = place({ repeats });
      look([going('1')]);
      await listenings[0]?.end(true);
      look([going('2')]);
      expect(listenings[1]?.since === undefined).toBe(!repeats);
    }
  });

  it('is read from where an earlier process of the run was, for those whom it may have heard', async () => {
    const { look, listenings } = place({ before: 't0 stdout earlier\n' });
    look([going('1')]);
    expect(listenings[0]?.since).toMatch(/^20\d\d-/);
    await listenings[0]?.end(true);
    look([going('2')]);
    expect(listenings[1]?.since).toBeUndefined();
  });

  it('is waited for at the end, where it is of somebody who has ended', async () => {
    const { follower, look, listenings, log } = place();
    look([going('1'), over('2')]);
    let isRead = false;
    const caught = follower.catchUp(120_000).then(() => {
      isRead = true;
    });
    await settled();
    expect(isRead).toBe(false);
    listenings[1]?.say('last words\n');
    await listenings[1]?.end(true);
    await caught;
    expect(log()).toContain('last words');
    const closing = follower.close(0);
    await closing;
    look([going('3')]);
    expect(listenings).toHaveLength(2);
  });
});
