/** A plan that was written earlier, as the input of `run`. */
import { open, readFile } from 'node:fs/promises';
import { readReason } from '../adapters/files/io-reason.ts';
import { readBounded, tooLarge } from '../adapters/files/read-bounded.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { type PlanRead, planInText } from '../language/plan-file/read.ts';
import { planTextV1 } from '../language/plan-file/write.ts';
import { UsageError } from './usage-error.ts';

/** More is no text that can be held. */
export const maxPlanBytes: number = 512 * 1024 * 1024;

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

/** Throws UsageError for what is no plan of a version that is read, or was changed after it was written. */
export async function readPlanFile(path: string, shown: string): Promise<DeploymentPlan> {
  return (await readPlanBytes(path, shown)).plan;
}

export interface PlanBytes {
  readonly plan: DeploymentPlan;
  /** Its file in version 1, which is what attestations are about: as it lies there, or as it would. */
  readonly planBytes: Uint8Array;
}

export async function readPlanBytes(path: string, shown: string): Promise<PlanBytes> {
  const refused = (reason: string): UsageError => new UsageError(`\`${shown}\` cannot be read: ${reason}`);
  const bytes = await readBounded(path, maxPlanBytes).catch((error: NodeJS.ErrnoException) => {
    throw refused(readReason(error));
  });
  if (!bytes) throw refused(tooLarge(maxPlanBytes));
  return parsePlanBytes(bytes, shown);
}

/** The same of what was read already. */
export function parsePlanBytes(bytes: Uint8Array, shown: string): PlanBytes {
  const { plan, version } = planIn(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), shown);
  return {
    plan,
    planBytes: version === 2 ? Buffer.from(planTextV1(plan), 'utf8') : bytes,
  };
}

export const parsePlan = (text: string, shown: string): DeploymentPlan => planIn(text, shown).plan;

function planIn(text: string, shown: string): PlanRead {
  const read = planInText(text);
  if ('fault' in read) throw new UsageError(`\`${shown}\` ${read.fault}`);
  return read;
}
