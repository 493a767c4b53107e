/** Plans that were written earlier, for programs that read them. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { planInText } from '../../language/plan-file/read.ts';

/**
 * The plan in the text of a file that `headgate compile --emit plan=PATH` wrote, in whichever version of the file; `fault` says why it is none.
 *
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { readPlan } from 'headgate';
 *
 * const read = readPlan(await readFile('plan.json', 'utf8'));
 * if ('fault' in read) throw new Error(`plan.json ${read.fault}`);
 * console.log(read.plan.planDigest);
 * ```
 */
export function readPlan(text: string): { readonly plan: DeploymentPlan } | { readonly fault: string } {
  const read = planInText(text);
  return 'fault' in read ? read : { plan: read.plan };
}
