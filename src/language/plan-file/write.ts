/** A plan → canonical JSON, and → its file. Where components have much alike the file is in version 2, which holds it once: docs/plan.md. */
import { digestOfAll } from '../../base/digest.ts';
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import { canonicalText } from '../../base/quick-json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { type FoldBounds, foldComponents, standardBounds } from './fold.ts';

// A plan is written without its digest, with it, and into files; what is large in it only once.
const textOfField = memoized((value: JsonObject | readonly JsonValue[]) => canonicalText(value));

/** RFC 8785. Of a whole plan, or of one without its digest. O(size). */
export const planText = (plan: JsonObject): string => pieces(textsOf(plan)).join('');

/** Of a plan without its digest. */
export const digestOfPlan = (plan: JsonObject): string => digestOfAll(pieces(textsOf(plan)));

/** The plan in version 1 of its file, with a line end. */
export const planTextV1 = (plan: DeploymentPlan): string => `${planText(plan as unknown as JsonObject)}\n`;

/** The bytes of the plan's file, with a line end. */
export const planFileText = (plan: DeploymentPlan): string =>
  `${foldedText(plan as unknown as JsonObject, standardBounds)}\n`;

/** Without a line end, and where other lengths count as long. What is no plan of version 1 stays as it is. */
export function foldedText(plan: JsonObject, bounds: FoldBounds): string {
  const components = own(plan, 'components');
  if (plan['version'] !== 1 || Object.hasOwn(plan, 'shared') || !Array.isArray(components)) return planText(plan);
  const folded = foldComponents(components as readonly JsonValue[], bounds);
  if (!folded) return planText(plan);
  const { components: _, ...rest } = plan;
  const texts = textsOf({ ...rest, version: 2 });
  return pieces(texts.set('components', canonicalText(folded.components)).set('shared', folded.shared)).join('');
}

const textsOf = (plan: JsonObject): Map<string, string> =>
  new Map(
    Object.entries(plan).map(([key, value]) => [
      key,
      isObject(value) || Array.isArray(value) ? textOfField(value) : JSON.stringify(value),
    ]),
  );

/** In the order of canonical JSON. */
const pieces = (texts: ReadonlyMap<string, string>): readonly string[] => [
  '{',
  ...[...texts.keys()]
    .sort()
    .flatMap((key, i) => [`${i === 0 ? '' : ','}${JSON.stringify(key)}:`, texts.get(key) as string]),
  '}',
];
