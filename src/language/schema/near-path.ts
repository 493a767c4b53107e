import type { JsonObject } from '../../base/json.ts';
import { suggest } from '../../base/suggest.ts';
import { leaves } from './leaves.ts';

/** A schema is asked for each of its misspelt paths. */
const known = new WeakMap<JsonObject, readonly string[]>();

/** The leaf that was probably meant by a path which the schema does not declare. */
export function nearConfigPath(path: string, schema: JsonObject): string | undefined {
  let paths = known.get(schema);
  if (!paths) {
    paths = leaves(schema).map((leaf) => leaf.path);
    known.set(schema, paths);
  }
  return paths.length > maxSuggested ? undefined : suggest(path, paths);
}

/** A policy may misspell as many paths as its answer has bytes. */
const maxSuggested = 100;
