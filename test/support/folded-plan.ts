/** A plan in version 2 of its file, also one that is too short for it to be written so. */
import type { JsonObject } from '../../src/base/json.ts';
import { type FoldBounds, standardBounds } from '../../src/language/plan-file/fold.ts';
import { foldedText } from '../../src/language/plan-file/write.ts';

/** Everything that is there twice is held once. */
export const anything: FoldBounds = { saved: -Infinity, field: 1, text: 1 };

export const foldPlan = (plan: JsonObject, bounds: FoldBounds = { ...standardBounds, saved: 16 * 1024 }): JsonObject =>
  JSON.parse(foldedText(plan, bounds)) as JsonObject;
