/** A plan that was written earlier, as the input of `run`. */
import { open, readFile } from 'node:fs/promises';
import { readReason } from '../adapters/files/io-reason.ts';
import { controlRefused, escaped } from '../base/control.ts';
import { digestOf } from '../base/digest.ts';
import { canonicalJson, isObject, type JsonValue } from '../base/json.ts';
import { jsonPointer } from '../base/json-pointer.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { fits } from '../language/generated/plan.js';
import { unshowableNames } from '../language/plan-names.ts';
import { UsageError } from './usage-error.ts';

/** True for a file that says it is a plan; what it is worth is found out by reading it. */
export async function isPlanFile(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  if (!handle) return false;
  try {
    if (!(await handle.stat()).isFile()) return false;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const head = buffer.toString('utf8', 0, bytesRead);
    // Canonical JSON: the keys are sorted, and `schema` may stand far behind.
    return /^\s*\{/.test(head) && /"schema"\s*:\s*"headgate\.plan"/.test(await readFile(path, 'utf8'));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/** Throws UsageError for what is no plan of this version, or was changed after it was written. */
export async function readPlanFile(path: string, shown: string): Promise<DeploymentPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`\`${shown}\` cannot be read: ${readReason(error as NodeJS.ErrnoException)}`);
  }
  return parsePlan(text, shown);
}

/** The same of what was read already. */
export function parsePlan(text: string, shown: string): DeploymentPlan {
  const value = parse(text, shown);
  if (!isObject(value) || value['schema'] !== 'headgate.plan') throw new UsageError(`\`${shown}\` is not a plan`);
  if (value['version'] !== 1)
    throw new UsageError(
      `\`${shown}\` is a plan of version ${JSON.stringify(value['version'])}, and this headgate reads version 1: compile it again`,
    );
  const { planDigest, ...content } = value;
  if (planDigest !== digestOf(canonicalJson(content)))
    throw new UsageError(
      `\`${shown}\` was changed after it was compiled: its digest does not match its content; compile it again`,
    );
  if (!fits(value))
    throw new UsageError(
      `\`${shown}\` is not a plan: its digest matches, but it does not say what a plan of version 1 says; compile it again`,
    );
  const plan = value as unknown as DeploymentPlan;
  refuseNames(plan, shown);
  return plan;
}

function refuseNames(plan: DeploymentPlan, shown: string): void {
  const [first, ...others] = unshowableNames(plan);
  if (!first) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`;
  throw new UsageError(
    `\`${shown}\` was not made by headgate: \`${escaped(jsonPointer(first.pointer))}\`, ${first.what}${more}: ${controlRefused}; compile the scenario again`,
  );
}

function parse(text: string, shown: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new UsageError(`\`${shown}\` is not JSON`);
  }
}
