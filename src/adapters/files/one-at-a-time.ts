/**
 * One process of a user at a time does something with a folder. Its name is one of the abstract socket namespace, which the kernel frees
 * when its holder dies; where there is no such namespace nobody is kept from anything. Somebody else's process that has the name keeps
 * nobody from anything either.
 */
import { createServer } from 'node:net';
import { sha256Hex } from '../../base/sha256.ts';
import { holderOf } from './name-holder.ts';

export type GiveUp = () => Promise<void>;

/** `busy` while another process of this user does the same with it. */
export async function oneAtATime(what: string, folder: string): Promise<GiveUp | 'busy'> {
  if (process.platform !== 'linux') return async () => {};
  const name = `\0headgate/${sha256Hex(JSON.stringify([what, folder])).slice(0, 32)}`;
  const server = createServer((socket) => socket.destroy());
  const bound = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen(name, () => done(true));
  });
  if (bound) return () => new Promise((done) => server.close(() => done()));
  return isBusy(name) ? 'busy' : async () => {};
}

function isBusy(name: string): boolean {
  try {
    return holderOf(name) === 'user';
  } catch {
    return false;
  }
}
