/**
 * Caches that survive runs: one for each scenario and each way that a component can be configured. Several runs may use one at once,
 * as npm, pip and the like allow; none is emptied while somebody has it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atomicWrite } from '../../../adapters/files/atomic-write.ts';
import { acquireLock } from '../../../adapters/files/lock.ts';
import { isAlive, type Owner, ownerOf } from '../../../adapters/files/owner.ts';
import { type Holding, holdingOf, mostFilesIn } from '../../../adapters/sandbox/folder-meter.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { CacheGrant } from '../../component.ts';
import { makePrivate } from '../../state/run-folder.ts';
import { removeScratch } from './storage.ts';

export interface CachePlace {
  readonly stateDir: string;
  /** See `storageKey`: a copy of the scenario has caches of its own. */
  readonly scenario: string;
  readonly run: string;
}

/** Where programs find it. */
export const cacheInside = '/var/cache/headgate';

const cacheFolder = ({ stateDir, scenario }: CachePlace, { key }: CacheGrant): string =>
  join(
    stateDir,
    'cache',
    scenario,
    Buffer.from(key.replace(/^sha256:/, ''), 'base64')
      .toString('hex')
      .slice(0, 32),
  );

/** What is bound into the sandbox. */
export const cacheContent = (place: CachePlace, grant: CacheGrant): string => join(cacheFolder(place, grant), 'data');

/** How long others may need to come in or to go out. */
const patienceMs = 10_000;

/**
 * Comes in; the answer goes out again. A cache that holds more than it may is emptied first, unless somebody else has it: what is in
 * it can be had again, and half of it may be worth nothing.
 */
export async function claimCache(
  place: CachePlace,
  grant: CacheGrant,
): Promise<{ readonly release: () => Promise<void> } | { readonly blocked: readonly Blocked[] }> {
  const folder = cacheFolder(place, grant);
  for (const one of [join(place.stateDir, 'cache'), join(place.stateDir, 'cache', place.scenario), folder])
    makePrivate(one);
  const users = join(folder, 'users');
  mkdirSync(users, { recursive: true, mode: 0o700 });
  const mine = join(users, `${place.run}.${process.pid}.json`);
  const until = performance.now() + patienceMs;
  for (;;) {
    const lock = await acquireLock(folder);
    if (!('heldBy' in lock)) {
      try {
        if (othersIn(users, mine) === 0) await empty(folder, grant.bytes);
        mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
        atomicWrite(mine, JSON.stringify(ownerOf(process.pid)));
      } finally {
        rmSync(join(folder, 'owner.json'), { force: true });
        await lock.release();
      }
      return { release: async () => rmSync(mine, { force: true }) };
    }
    if (lock.elsewhere !== undefined || performance.now() > until) return { blocked: [inUse(grant, lock.elsewhere)] };
    await sleep(20);
  }
}

/** Records of those who were killed are taken away. */
function othersIn(users: string, mine: string): number {
  return readdirSync(users).filter((name) => {
    const path = join(users, name);
    if (path === mine) return false;
    const owner = ownerAt(path);
    if (owner && isAlive(owner)) return true;
    rmSync(path, { force: true });
    return false;
  }).length;
}

function ownerAt(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** In one step to whoever is killed meanwhile: what was begun to be removed is nobody's cache any more. */
async function empty(folder: string, most: number): Promise<void> {
  for (const name of readdirSync(folder)) if (name.startsWith('gone-')) removeScratch(join(folder, name));
  const data = join(folder, 'data');
  if (!existsSync(data) || fits(await holdingOf(data), most)) return;
  const gone = join(folder, `gone-${process.pid}`);
  renameSync(data, gone);
  removeScratch(gone);
}

/** As the program is held to. */
const fits = ({ bytes, files, closed }: Holding, most: number): boolean =>
  bytes <= most && files <= mostFilesIn(most) && closed === 0;

const inUse = ({ key }: CacheGrant, host: string | undefined): Blocked => ({
  gate: 'cache_in_use',
  subject: key,
  reasons: [host === undefined ? 'another run does not let go of it' : `a run on the machine ${host} has it`],
  remedy: 'end that run, or keep the state elsewhere with --state-dir',
});
