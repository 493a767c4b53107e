/** `run --attestation`: the plan that is run is the one that was signed, or nothing is. */
import { readPublicKey } from '../adapters/files/ed25519.ts';
import type { Cli } from '../app/cli.ts';
import { UsageError } from '../app/usage-error.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { materialDifferences } from '../plan/attest/signed-materials.ts';
import { verifyAttestation } from '../plan/attest/verify.ts';
import { readGiven } from './actions/attest.ts';

export interface AttestedFlags {
  readonly attestation?: string;
  readonly key?: string;
}

export interface Candidate {
  readonly plan: DeploymentPlan;
  /** As it lies there, or as `compile` would write it. */
  readonly planBytes: Uint8Array;
  /** As it was named. */
  readonly shown: string;
}

/** Before anything is compiled or read. */
export function checkAttestedFlags({ attestation, key }: AttestedFlags): void {
  if (attestation !== undefined && key === undefined)
    throw new UsageError('--attestation needs --key FILE, the public key that must have signed it');
  if (attestation === undefined && key !== undefined)
    throw new UsageError('--key says who must have signed the file of --attestation, which is not given');
}

/** Why it must not run; undefined where it may. */
export async function notAttested(cli: Cli, flags: AttestedFlags, candidate: Candidate): Promise<Blocked | undefined> {
  const { attestation: name, key: keyFile } = flags;
  if (name === undefined || keyFile === undefined) return undefined;
  const key = readPublicKey((await readGiven(cli, keyFile, '--key')).toString('utf8'));
  if (typeof key === 'string') return invalid(name, `\`${keyFile}\` cannot be used as a key: ${key}`);
  const text = (await readGiven(cli, name, '--attestation')).toString('latin1');
  const { plan, planBytes, shown } = candidate;
  const fault = verifyAttestation({ text, name, key, planBytes, planName: shown, readPlan: () => plan });
  if (!fault) return undefined;
  return fault.code === 'attest/wrong-subject' ? otherPlan(fault, text, candidate) : invalid(name, fault.message);
}

const invalid = (subject: string, reason: string): Blocked => ({
  gate: 'attestation_invalid',
  subject,
  reasons: [reason],
  remedy: 'get the attestation and the public key from whoever signed the plan',
});

function otherPlan({ message }: Diagnostic, text: string, { plan, shown }: Candidate): Blocked {
  return {
    gate: 'plan_not_attested',
    subject: shown,
    reasons: [message, ...materialDifferences(text, plan)],
    remedy: 'run the plan as it was signed, or have this one signed with `headgate attest`',
  };
}
