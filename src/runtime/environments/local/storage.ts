/** Folders that outlive runs: one for each storage resource of a scenario, wherever it is run from. */
import { createHash } from 'node:crypto';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../../adapters/files/remove-tree.ts';
import { type Excess, mostFilesIn } from '../../../adapters/sandbox/folder-meter.ts';
import type { SandboxBind, SandboxScratch } from '../../../adapters/sandbox/mounts.ts';
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { sizeText } from '../../../language/storage-size.ts';
import type { StorageMount } from '../../../plan/wiring/storage.ts';
import type { SizedStorage } from '../../../ports/environment.ts';
import { shortName } from './short-name.ts';

/** The same scenario at the same place has the same storage; a copy of it has its own. */
export const storageKey = (sourceFolder: string, rootName: string): string =>
  createHash('sha256')
    .update(JSON.stringify([sourceFolder, rootName]))
    .digest('hex')
    .slice(0, 16);

/** Of all resources of a scenario. */
export const storagePlace = (stateDir: string, key: string): string => join(stateDir, 'storage', key);

export const folderName = (id: string): string => shortName(encodeURIComponent(id));

export function storageFolder(stateDir: string, key: string, id: string): string {
  const folder = join(storagePlace(stateDir, key), folderName(id));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

export interface LaidStorage {
  readonly binds: readonly SandboxBind[];
  readonly scratch: readonly SandboxScratch[];
  readonly metered: readonly { readonly folder: string; readonly bytes: number; readonly mount: StorageMount }[];
  readonly sized: readonly SizedStorage[];
}

export interface StorageSurroundings {
  readonly folderOf: (id: string) => string;
  /** Of this run alone; it does not have to exist. */
  readonly scratchOf: (id: string) => string;
  /** bubblewrap bounds what is held in memory. */
  readonly sizes: boolean;
  /** Bytes of the whole file system, or of the quota that it shows for this folder. */
  readonly capacityOf?: (folder: string) => number;
}

/** With no more room in any of them than `most` bytes; undefined for no such bound. */
export const boundedBy = (mounts: readonly StorageMount[], most: number | undefined): readonly StorageMount[] =>
  most === undefined
    ? mounts
    : mounts.map((mount) =>
        mount.bytes !== null && mount.bytes <= most ? mount : { ...mount, bytes: most, size: sizeText(most) },
      );

/** Makes what one start of a component finds at its mounts. */
export function layStorage(mounts: readonly StorageMount[], around: StorageSurroundings): LaidStorage {
  const laid = mounts.map((mount) => layOne(mount, around));
  return {
    binds: laid.flatMap(({ bind }) => bind ?? []),
    scratch: laid.flatMap(({ scratch }) => scratch ?? []),
    metered: laid.flatMap(({ metered }) => metered ?? []),
    sized: laid.flatMap(({ limit, mount: { id, target, size } }) =>
      limit && size ? [{ id, target, size, limit }] : [],
    ),
  };
}

interface Laid {
  readonly mount: StorageMount;
  readonly bind?: SandboxBind;
  readonly scratch?: SandboxScratch;
  readonly metered?: LaidStorage['metered'][number];
  readonly limit?: SizedStorage['limit'];
}

function layOne(mount: StorageMount, around: StorageSurroundings): Laid {
  const { sizes, capacityOf = capacity } = around;
  const { id, target, bytes, ephemeral } = mount;
  if (ephemeral && bytes !== null && sizes) return { mount, scratch: { target, bytes }, limit: 'enforced' };
  const source = ephemeral ? emptied(around.scratchOf(id)) : around.folderOf(id);
  const bind = { source, target, writable: true };
  if (bytes === null) return { mount, bind };
  if (capacityOf(source) <= bytes) return { mount, bind, limit: 'enforced' };
  return { mount, bind, limit: 'metered', metered: { folder: source, bytes, mount } };
}

/** Nothing is said of storage without a size, which nothing has to keep. */
export const measuredStorage = ({ sized }: LaidStorage): JsonObject =>
  sized.length === 0 ? {} : { storage: sized as unknown as JsonValue };

/** What not even its owner can remove stays, and stands in nobody's way. */
export function removeScratch(folder: string): void {
  try {
    removeTree(folder);
  } catch {
    // As said.
  }
}

function emptied(folder: string): string {
  removeScratch(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

const capacity = (folder: string): number => {
  const { blocks, bsize } = statfsSync(folder);
  return blocks * bsize;
};

export function overText({ storage, of, held }: Excess<LaidStorage['metered'][number]>): string {
  const { mount, bytes } = storage;
  const its = `its storage \`${mount.id}\` at ${mount.target}`;
  if (of === 'bytes') return `${its} holds ${sizeText(held.bytes)}, and its size is ${mount.size}`;
  if (of === 'files')
    return `${its} holds ${held.files} files and folders, and with a size of ${mount.size} it may hold ${mostFilesIn(bytes)}`;
  return `${its} has a folder that headgate cannot look into, so that its size of ${mount.size} cannot be kept`;
}
