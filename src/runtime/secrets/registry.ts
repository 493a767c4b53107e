/** What headgate knows of the secrets of a vault, besides what the provider keeps. A file for each vault, by its identity. */
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import { exclusively } from './exclusive.ts';
import type { SecretPlaces } from './places.ts';
import { readRecord, sweepHalfWritten, unreadable, writePrivate } from './private-file.ts';
import { emptyRegistry, type Registry, registryFault, registryVersion } from './registry-form.ts';

export interface OpenRegistry {
  readonly registry: Registry;
  /** On the disk when it returns. Throws a fault when it cannot be written; then there is what was there before. */
  readonly save: (registry: Registry) => void;
}

/** As it is on the disk now. Throws a fault for what is not to be believed. */
export function readRegistry(places: SecretPlaces, identity: string): Registry {
  const path = places.registry(identity);
  const found = readRecord(path, registryVersion);
  if (!found) return emptyRegistry;
  const fault = registryFault(found);
  if (fault !== undefined) throw unreadable(path, fault);
  return { secrets: (found as unknown as Registry).secrets };
}

/** Nobody else changes secrets of this vault until `work` is done. `registry` of what it is given is always the newest. */
export function changeRegistry<T>(
  places: SecretPlaces,
  identity: string,
  work: (open: OpenRegistry) => Promise<T>,
  patience?: number,
): Promise<T> {
  const path = places.registry(identity);
  return exclusively(
    places.lock(identity),
    async () => {
      sweepHalfWritten(path);
      let registry = readRegistry(places, identity);
      return work({
        get registry() {
          return registry;
        },
        save: (next) => {
          writePrivate(path, textOf(next));
          registry = next;
        },
      });
    },
    patience,
  );
}

const textOf = ({ secrets }: Registry): string =>
  `${canonicalJson({ version: registryVersion, secrets } as unknown as JsonValue)}\n`;
