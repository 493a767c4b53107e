/** What a program is told of its profile in variables. */
import type { ProfileOf } from './profile-of.ts';
import type { Permissions } from './rights.ts';

export interface ProfilePlaces {
  /** Path of the guidance, as the program sees it. */
  readonly guidance: string;
  /** Path of the cache; absent where it has none. */
  readonly cache?: string;
}

/** Everything that is known before its sandbox is made; see `permissionVariables` for the rest. */
export function profileVariables(
  { profile: { runtime, worker = {} } }: ProfileOf,
  { guidance, cache }: ProfilePlaces,
): Readonly<Record<string, string>> {
  const { agent, provider, model, capabilities = [] } = worker;
  return {
    HEADGATE_RUNTIME_MODE: runtime.mode,
    HEADGATE_GUIDANCE: guidance,
    ...(agent === undefined ? {} : { HEADGATE_WORKER: agent }),
    ...(provider === undefined ? {} : { HEADGATE_PROVIDER: provider }),
    ...(model === undefined ? {} : { HEADGATE_MODEL: model }),
    ...(capabilities.length === 0 ? {} : { HEADGATE_CAPABILITIES: capabilities.join(',') }),
    ...(cache === undefined ? {} : cacheVariables(cache)),
  };
}

/** npm, pip and everything that keeps to the XDG rules are pointed at it. */
const cacheVariables = (cache: string): Readonly<Record<string, string>> => ({
  HEADGATE_CACHE: cache,
  npm_config_cache: `${cache}/npm`,
  PIP_CACHE_DIR: `${cache}/pip`,
  XDG_CACHE_HOME: `${cache}/xdg`,
});

export const permissionVariables = (permissions: Permissions): Readonly<Record<string, string>> => ({
  HEADGATE_PERMISSIONS: permissions,
});
