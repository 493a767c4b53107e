/** What a declared profile is at one start of a component: what the program is told, shown and tried with. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from '../../../adapters/sandbox/inside.ts';
import type { SandboxCache } from '../../../adapters/sandbox/mounts.ts';
import { type OpenSelfCheck, openSelfCheck } from '../../../adapters/sandbox/self-check/self-check.ts';
import type { JsonObject } from '../../../base/json.ts';
import { guidanceOf } from '../../../plan/profiles/guidance.ts';
import { needsSelfCheck, rightsOf } from '../../../plan/profiles/rights.ts';
import { permissionVariables, profileVariables } from '../../../plan/profiles/variables.ts';
import { cacheInside } from './cache.ts';
import type { LocalComponent } from './component.ts';
import { runsOnHost } from './host-programs.ts';
import { folderName } from './storage.ts';

export interface ProfilePlace {
  /** Counts more than what the manifest says: these names are headgate's. */
  readonly env: Readonly<Record<string, string>>;
  /** Counts less than what the manifest says. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly shown: ReadonlyMap<string, string>;
  readonly cache?: SandboxCache;
  readonly tools: readonly string[];
  readonly selfCheck?: OpenSelfCheck;
  /** What is kept with the measurement of the sandbox. */
  readonly measured: JsonObject;
}

export interface ProfileSurroundings {
  /** Private folder of this run, short-lived. */
  readonly folder: string;
  /** Of the scenario's tree; null where the component has none. */
  readonly tree: string | null;
  readonly stateDir: string;
  /** Of its workspace: it works on a copy. */
  readonly source?: string;
  /** Of the content of its cache. */
  readonly cache?: string;
  /** What runs in its place, and is not the worker itself, is not tried: its permissions are those without a check. */
  readonly untried?: true;
}

const nothing: ProfilePlace = { env: {}, defaults: {}, shown: new Map(), tools: [], measured: {} };
const guidanceInside = join(inside.folder, 'guidance');

export async function layProfile(component: LocalComponent, around: ProfileSurroundings): Promise<ProfilePlace> {
  const { profile: found, moniker, tools = [] } = component;
  if (!found) return nothing;
  const file = join(around.folder, `guidance-${folderName(moniker)}`);
  if (!existsSync(file)) writeFileSync(file, guidanceOf(found), { mode: 0o400, flag: 'wx' });
  const isOnHost = runsOnHost(component);
  const rights = rightsOf(found.profile);
  const variables = profileVariables(found, {
    guidance: isOnHost ? file : guidanceInside,
    ...(around.cache === undefined ? {} : { cache: cacheInside }),
  });
  const isOurs = ([name]: readonly [string, string]): boolean => name.startsWith('HEADGATE_');
  const all = Object.entries({ ...variables, ...permissionVariables(rights.permissions) });
  return {
    env: Object.fromEntries(all.filter(isOurs)),
    defaults: Object.fromEntries(all.filter((one) => !isOurs(one))),
    shown: new Map(isOnHost ? [] : [[guidanceInside, file]]),
    ...(around.cache !== undefined && component.cache
      ? { cache: { source: around.cache, target: cacheInside, bytes: component.cache.bytes } }
      : {}),
    tools,
    measured: {
      profile: {
        name: found.name,
        mode: found.profile.runtime.mode,
        sandbox: found.sandbox?.name ?? found.profile.sandbox.mode,
        place: rights.place,
        permissions: found.profile.permissions,
      },
    },
    ...(needsSelfCheck(found.profile) && !around.untried
      ? {
          selfCheck: await openSelfCheck({
            folder: around.folder,
            tree: around.tree,
            places: [
              { path: around.stateDir, label: 'the state of headgate' },
              ...(around.source === undefined ? [] : [{ path: around.source, label: 'the source of its workspace' }]),
            ],
            ...(around.source === undefined ? {} : { source: around.source }),
            env: ({ passed }) => permissionVariables(passed ? rights.permissionsChecked : rights.permissions),
          }),
        }
      : {}),
  };
}
