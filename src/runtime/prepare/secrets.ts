/** Which values are secret, and whether one of them would be seen in the arguments of a program. */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import { evaluateConfig } from '../../language/config/evaluate.ts';
import { type PathProgram, renderProgram } from '../../language/program/render.ts';
import { pathSegments } from '../../language/schema/facets.ts';
import { toConfigValue } from './config-value.ts';

/** Texts of all secret values, the longest first: one may be a part of another. */
export function secretsIn(plan: DeploymentPlan, root: JsonObject): readonly string[] {
  const found = new Set<string>();
  for (const { path, secret } of plan.config.leaves) {
    if (!secret) continue;
    let value: JsonValue | undefined = root;
    for (const segment of pathSegments(path)) value = isObject(value) ? value[segment] : undefined;
    if (value !== undefined && value !== null) found.add(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return [...found].filter((text) => text !== '').sort((a, b) => b.length - a.length);
}

/**
 * Paths of the secret leaves that end up in the arguments. The program is rendered once more, with a mark in the place of each
 * secret, so that it is found whatever else the arguments hold.
 */
export function secretMarks(
  plan: DeploymentPlan,
  component: PlanComponent,
  program: PathProgram,
  slots: Readonly<Record<string, readonly string[]>>,
  given: JsonObject,
): readonly string[] {
  const secrets = plan.config.leaves.filter(({ secret, consumers }) => secret && consumers.includes(component.moniker));
  if (secrets.length === 0) return [];
  const root = structuredClone(given) as Record<string, JsonValue>;
  const mark = (index: number): string => `\u0001secret ${index}\u0001`;
  for (const [index, { path }] of secrets.entries()) {
    let target = root;
    const segments = pathSegments(path);
    for (const segment of segments.slice(0, -1)) {
      if (!isObject(target[segment])) setKey(target, segment, {});
      target = target[segment] as Record<string, JsonValue>;
    }
    setKey(target, segments.at(-1) as string, mark(index));
  }
  const { value } = evaluateConfig(toConfigValue(component.config as JsonObject), root);
  const { argv } = renderProgram(program, { config: isObject(value) ? value : {}, slots });
  return secrets.flatMap(({ path }, index) => (argv.some((text) => text.includes(mark(index))) ? [path] : []));
}
