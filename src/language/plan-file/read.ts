/** A plan's file of either version → the plan in version 1, which is what its digest is about, and what everything reads. */
import { controlRefused, escaped } from '../../base/control.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { jsonPointer } from '../../base/json-pointer.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { fits } from '../generated/plan.js';
import { fits as fitsFolded } from '../generated/plan-v2.js';
import { unshowableNames } from '../plan-names.ts';
import { unfoldPlan } from './unfold.ts';
import { planFileVersions } from './versions.ts';
import { digestOfPlan } from './write.ts';

/** Far deeper than manifests can be; much of what reads JSON recurses. */
const mostNesting = 1_000;

/** In which version the file is. */
export interface PlanRead {
  readonly plan: DeploymentPlan;
  readonly version: JsonValue;
}

/** What is wrong with a file is told as what it is or does, and with a remedy. */
export interface PlanFault {
  readonly fault: string;
}

/** The plan in a text that came from anywhere: what is no plan of a version that is read, or was changed after it was written, is refused. */
export function planInText(text: string): PlanRead | PlanFault {
  const file = objectIn(text);
  if (typeof file === 'string') return { fault: file };
  if (file['schema'] !== 'headgate.plan') return { fault: 'is not a plan' };
  const { version = null } = file;
  if (!planFileVersions.includes(version))
    return {
      fault: `is a plan of version ${JSON.stringify(version)}, and this headgate reads versions ${planFileVersions.join(' and ')}: compile it again`,
    };
  const unfolded = planInFile(file);
  if ('fault' in unfolded) return { fault: `is not a plan of version 2: ${unfolded.fault}; compile it again` };
  const { planDigest, ...content } = unfolded.plan;
  if (planDigest !== digestOfPlan(content))
    return {
      fault: 'was changed after it was compiled: its digest does not match its content; compile it again',
    };
  if (!fits(unfolded.plan))
    return {
      fault: 'is not a plan: its digest matches, but it does not say what a plan of version 1 says; compile it again',
    };
  const plan = unfolded.plan as unknown as DeploymentPlan;
  const fault = nameFault(plan);
  return fault === undefined ? { plan, version } : { fault };
}

/**
 * A document of any version but 2 is handed back as it is: whether it is a plan is found out afterwards. What is wrong with one of version 2
 * is told with its place.
 */
export function planInFile(file: JsonObject): { readonly plan: JsonObject } | PlanFault {
  const unfolded = unfoldPlan(file);
  if ('fault' in unfolded) {
    const { pointer, reason } = unfolded.fault;
    return { fault: `\`${escaped(pointer)}\` ${reason}` };
  }
  if (file['version'] === 2 && !fitsFolded(file)) return { fault: 'it does not say what a plan of version 2 says' };
  return unfolded;
}

/** A text says what is wrong with it. */
function objectIn(text: string): JsonObject | string {
  if (!isShallow(text, mostNesting)) return 'is nested deeper than any plan';
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : 'is not a plan';
  } catch {
    return 'is not JSON';
  }
}

function nameFault(plan: DeploymentPlan): string | undefined {
  const [first, ...others] = unshowableNames(plan);
  if (!first) return undefined;
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`;
  return `was not made by headgate: \`${escaped(jsonPointer(first.pointer))}\`, ${first.what}${more}: ${controlRefused}; compile the scenario again`;
}
