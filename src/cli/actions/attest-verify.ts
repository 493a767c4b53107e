/** `attest verify`: does a key vouch for a plan, and does the scenario still give it? Nothing of it needs a network. */

import { existsSync } from 'node:fs';
import { readPublicKey } from '../../adapters/files/ed25519.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { compilePrepared, type Prepared, prepareInput, tell } from '../../app/compiled.ts';
import type { SharedFlags } from '../../app/flags.ts';
import { localPath } from '../../app/local-path.ts';
import { maxPlanBytes, type PlanBytes, parsePlanBytes } from '../../app/plan-file.ts';
import { lockPathOf } from '../../app/policy-options.ts';
import { UsageError } from '../../app/usage-error.ts';
import * as D from '../../diagnostics/catalogue/attest.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { planDifferences } from '../../plan/attest/differences.ts';
import { verifyAttestation } from '../../plan/attest/verify.ts';
import { readGiven } from './attest.ts';

export interface AttestVerifyFlags extends SharedFlags {
  readonly key: string;
  readonly plan: string;
  readonly relink?: string;
  readonly format?: 'text' | 'json';
}

export async function attestVerifyCommand(cli: Cli, path: string, flags: AttestVerifyFlags): Promise<number> {
  const refuse = async (fault: Diagnostic): Promise<number> => {
    await tell(cli, [fault]);
    return exitCode.errors;
  };
  const key = readPublicKey((await readGiven(cli, flags.key, '--key')).toString('utf8'));
  if (typeof key === 'string') return refuse(D.keyUnusable({ file: flags.key, reason: key }, {}));
  const text = (await readGiven(cli, path, 'the attestation')).toString('latin1');
  const { plan, planBytes } = planIn(await readGiven(cli, flags.plan, '--plan', maxPlanBytes), flags.plan);
  const input = { text, name: path, key, planBytes, planName: flags.plan, readPlan: () => plan };
  const fault = verifyAttestation(input);
  if (fault) return refuse(fault);
  if (!plan) return exitCode.errors;
  if (flags.relink !== undefined) {
    const outcome = await relink(cli, flags.relink, flags, { plan, text: Buffer.from(planBytes).toString('utf8') });
    if (outcome === 'failed') return exitCode.errors;
    if (outcome !== 'same') return refuse(outcome);
  }
  await cli.out(success(flags, key.keyid, plan.planDigest));
  return exitCode.ok;
}

/** Whether it is a plan at all is said once its bytes are known to be the signed ones. */
function planIn(bytes: Uint8Array, shown: string): Partial<PlanBytes> & Pick<PlanBytes, 'planBytes'> {
  try {
    return parsePlanBytes(bytes, shown);
  } catch (error) {
    if (error instanceof UsageError) return { planBytes: bytes };
    throw error;
  }
}

async function relink(
  cli: Cli,
  scenario: string,
  flags: AttestVerifyFlags,
  signed: { readonly plan: DeploymentPlan; readonly text: string },
): Promise<'same' | 'failed' | Diagnostic> {
  const prepared = await prepareInput(cli, scenario, flags);
  const made = prepared && (await compilePrepared(cli, frozenWhereLocked(cli, prepared)));
  if (!made) return 'failed';
  if (made.compiled.planText === signed.text) return 'same';
  const differences = planDifferences(signed.plan, made.compiled.plan);
  return D.relinkDiffers({ scenario, plan: flags.plan, differences }, {});
}

/** With a lock the answers are those that were recorded, and no policy need run. */
function frozenWhereLocked(cli: Cli, prepared: Prepared): Prepared {
  const { input, setup } = prepared;
  const root = localPath(input.url);
  if (!existsSync(lockPathOf(root, cli.cwd, setup.trust.lock))) return prepared;
  return { ...prepared, setup: { ...setup, trust: { ...setup.trust, frozen: true } } };
}

function success({ format, relink, plan }: AttestVerifyFlags, keyid: string, planDigest: string): string {
  const relinked = relink !== undefined;
  if (format === 'json')
    return `${JSON.stringify({ version: 1, verified: true, keyid, planDigest, relinked }, null, 2)}\n`;
  const again = relinked ? `, and \`${relink}\` gives the same bytes` : '';
  return `\`${plan}\` is the plan that was signed with key ${keyid}${again}\n`;
}
