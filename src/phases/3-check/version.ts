/** Manifest versions. The grammar (three numbers, pre-release, build) is phase 1's; a text that slipped through is `undefined`. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly preRelease: boolean;
}

export function parseVersion(text: string): Version | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)(-[^+]*)?(\+.*)?$/.exec(text);
  if (!match) return undefined;
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: Number(match[3]),
    preRelease: match[4] !== undefined,
  };
}

/** 0.1.0 up to 1.0.0. A pre-release never matches a range that does not name one; build metadata is ignored. */
export const isSupported = (version: Version): boolean =>
  version.major === 0 && version.minor >= 1 && !version.preRelease;

/**
 * Whether `version` is older than 0.`minor`.0. False for a version that is out of range: that is reported, and whether a
 * feature would be there follows from it.
 */
export function isOlderThan(version: string, minor: number): boolean {
  const parsed = parseVersion(version);
  return parsed !== undefined && isSupported(parsed) && parsed.minor < minor;
}
