/** A plan → canonical JSON, and → its file. Where components have much alike the file is in version 2, which holds it once: docs/plan.md. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import { canonicalText } from '../../base/quick-json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { type ComponentTexts, componentTexts, type FoldBounds } from './component-texts.ts';

// A plan is written without its digest, with it, and into files; what is large in it only once.
const textOfField = memoized((value: JsonObject | readonly JsonValue[]) => canonicalText(value));
const textsOfComponents = memoized((components: readonly JsonValue[]) => componentTexts(components));

/** RFC 8785. Of a whole plan, or of one without its digest. O(size). */
export const planText = (plan: JsonObject): string => joined(textsOf(plan, textsOfComponents));

/** The plan in version 1 of its file, with a line end. */
export const planTextV1 = (plan: DeploymentPlan): string => `${planText(plan as unknown as JsonObject)}\n`;

/** The bytes of the plan's file, with a line end. */
export const planFileText = (plan: DeploymentPlan): string =>
  `${folded(plan as unknown as JsonObject, textsOfComponents)}\n`;

/** Without a line end, and where other lengths count as long. What is no plan of version 1 stays as it is. */
export const foldedText = (plan: JsonObject, bounds: FoldBounds): string =>
  folded(plan, (components) => componentTexts(components, bounds));

type Write = (components: readonly JsonValue[]) => ComponentTexts;

function folded(plan: JsonObject, write: Write): string {
  const texts = textsOf(plan, write);
  const components = own(plan, 'components');
  if (plan['version'] !== 1 || Object.hasOwn(plan, 'shared') || !Array.isArray(components)) return joined(texts);
  const found = write(components as readonly JsonValue[]).folded();
  if (!found) return joined(texts);
  return joined(texts.set('version', '2').set('components', found.components).set('shared', found.shared));
}

const textsOf = (plan: JsonObject, write: Write): Map<string, string> =>
  new Map(
    Object.entries(plan).map(([key, value]) => {
      if (key === 'components' && Array.isArray(value)) return [key, write(value).whole];
      return [key, isObject(value) || Array.isArray(value) ? textOfField(value) : JSON.stringify(value)];
    }),
  );

const joined = (texts: ReadonlyMap<string, string>): string =>
  `{${[...texts.keys()]
    .sort()
    .map((key) => `${JSON.stringify(key)}:${texts.get(key)}`)
    .join(',')}}`;
