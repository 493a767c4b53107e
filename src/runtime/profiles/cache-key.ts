/** What a warm thing is keyed by, so that differently configured work never meets it. */
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import type { ProfileOf } from '../../plan/profiles/profile-of.ts';
import type { CacheGrant } from '../component.ts';

const MiB = 1024 * 1024;

/** `sha256:…` of environment, profile and sandbox, names among them. */
export const warmKey = (environment: string, { name, profile, sandbox }: ProfileOf): string =>
  digestOf(
    canonicalJson({ environment, profile: { name, ...profile }, sandbox: sandbox ?? null } as unknown as JsonValue),
  );

/** Undefined where its sandbox has none. */
export function cacheOf(environment: string, found: ProfileOf | undefined): CacheGrant | undefined {
  const mib = found?.sandbox?.cacheMiB;
  if (found === undefined || mib === undefined) return undefined;
  const most = found.profile.budget?.localDiskBytes ?? Number.POSITIVE_INFINITY;
  return { key: warmKey(environment, found), bytes: Math.min(mib * MiB, most) };
}
