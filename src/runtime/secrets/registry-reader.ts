/** For those who only read: a registry is read again when it has changed on the disk. */
import { type BigIntStats, lstatSync } from 'node:fs';
import type { SecretPlaces } from './places.ts';
import { unreadable } from './private-file.ts';
import { readRegistry } from './registry.ts';
import type { Registry } from './registry-form.ts';

export interface RegistryReader {
  /** As it is on the disk now. Throws a fault for what is not to be believed. */
  readonly of: (identity: string) => Registry;
}

export function createRegistryReader(places: SecretPlaces): RegistryReader {
  const known = new Map<string, { readonly mark: string; readonly registry: Registry }>();
  return {
    of: (identity) => {
      const mark = markAt(places.registry(identity));
      const before = known.get(identity);
      if (before?.mark === mark) return before.registry;
      const registry = readRegistry(places, identity);
      known.set(identity, { mark, registry });
      return registry;
    },
  };
}

function markAt(path: string): string {
  try {
    const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return found ? markOf(found) : 'none';
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
}

/** Each write makes another file. */
const markOf = ({ dev, ino, size, mtimeNs, ctimeNs, mode, uid }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs, mode, uid].join(' ');
