/** Lines of earlier versions, as the newest says them. Each step is a file in migrations/, and a line here. */
import type { JsonObject } from '../../base/json.ts';
import { entryVersion } from './entry-version.ts';
import { from1To2 } from './migrations/1-to-2.ts';

/** From the version at its place (1, 2, …) to the next. */
const steps: readonly ((line: JsonObject) => JsonObject)[] = [from1To2];

/** Undefined for a version that this headgate does not know. */
export function migrate(line: JsonObject): JsonObject | undefined {
  // Absent in version 1, and only there.
  const { version = 1 } = line;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > entryVersion)
    return undefined;
  return steps.slice(version - 1).reduce((one, step) => step(one), line);
}
