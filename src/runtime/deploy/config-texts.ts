/** Values of the root config as texts, by path, as far as they are known. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { pathSegments } from '../../language/schema/facets.ts';

export function configTexts(plan: DeploymentPlan, root: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    plan.config.leaves.flatMap(({ path }): readonly (readonly [string, string])[] => {
      const value = valueAt(root, path);
      return value === undefined ? [] : [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
    }),
  );
}

function valueAt(root: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const segment of pathSegments(path)) value = isObject(value) ? own(value, segment) : undefined;
  return value;
}
