/** Secrets in one encrypted file of this machine. */
import type { LocalVault } from '../../../ir/plan-vault-schema.ts';
import type { Vault, VaultAnswer, WriteToken } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';
import { answered, answeredWrite, refusal } from './faults.ts';
import { healthOf } from './health.ts';
import { create } from './operations/create.ts';
import { discard } from './operations/discard.ts';
import { promote } from './operations/promote.ts';
import { putPending } from './operations/put-pending.ts';
import { remove } from './operations/remove.ts';
import { resolveIn } from './operations/resolve.ts';
import { filesOf } from './places.ts';
import { type Asked, checkKey, checkToken, checkValue, noSecret } from './records.ts';
import { type Changed, openSession } from './session.ts';

export function openLocalVault(name: string, vault: LocalVault, place: VaultPlace): Vault {
  const session = openSession(name, filesOf(vault, place), place.env);
  const asked = (key: string, write: WriteToken): Asked => {
    checkKey(key);
    checkToken(write);
    return { key, write, now: new Date(place.now()).toISOString() };
  };
  return {
    name,
    provider: vault.provider,
    resolve: (address, signal) =>
      answered(async () => {
        if (signal?.aborted) throw refusal('provider_unavailable', 'aborted', 'the run was ended', 'start it again');
        const opened = await session.read();
        if (!opened) throw noSecret(address.key);
        return { value: resolveIn(opened, address) };
      }),
    list: () =>
      answered(async () => {
        const opened = await session.read();
        return { value: opened ? opened.document.secrets.map(({ key }) => key) : [] };
      }),
    health: () => healthOf(name, session),
    create: (key, value, write) =>
      answeredWrite(async () => {
        const changing = create(asked(key, write), checkValue(value));
        return told(await session.makeAndChange(changing));
      }),
    putPending: (key, value, write) =>
      answeredWrite(async () => {
        const changed = await session.change(putPending(asked(key, write), checkValue(value)));
        if (!changed) throw noSecret(key);
        return told(changed);
      }),
    promote: (key, version, write) =>
      answered(async () => {
        const changed = await session.change(promote(asked(key, write), version));
        if (!changed) throw noSecret(key);
        return told(changed);
      }),
    discard: (key, version, write) =>
      answered(async () => told((await session.change(discard(asked(key, write), version))) ?? nothing)),
    remove: (key, write) => answered(async () => told((await session.change(remove(asked(key, write)))) ?? nothing)),
    close: async () => session.close(),
  };
}

const nothing: Changed<null> = { answer: null, notices: [] };

const told = <T>({ answer, notices }: Changed<T>): VaultAnswer<T> =>
  notices.length === 0 ? { value: answer } : { value: answer, notices };
