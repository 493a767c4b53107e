import type { JsonObject } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import { suggest } from '../../base/suggest.ts';
import { leaves } from './leaves.ts';

/** A schema is asked for each of its misspelt paths. */
const pathsOf = memoized((schema: JsonObject) => leaves(schema).map((leaf) => leaf.path));

/** The leaf that was probably meant by a path which the schema does not declare. */
export function nearConfigPath(path: string, schema: JsonObject): string | undefined {
  const paths = pathsOf(schema);
  return paths.length > maxSuggested ? undefined : suggest(path, paths);
}

/** A policy may misspell as many paths as its answer has bytes. */
const maxSuggested = 100;
