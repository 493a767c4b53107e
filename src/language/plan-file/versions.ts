import type { JsonValue } from '../../base/json.ts';

/** Versions of a plan's file that are read. */
export const planFileVersions: readonly JsonValue[] = [1, 2];
