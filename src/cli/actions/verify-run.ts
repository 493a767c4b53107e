/** `verify-run`: whether the folder of a run says the truth about it, as far as that can be known. */
import { lstatSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { readPublicKey } from '../../adapters/files/ed25519.ts';
import { createFolderReader } from '../../adapters/files/folder-reader.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { maxPlanBytes, parsePlan } from '../../app/plan-file.ts';
import { UsageError } from '../../app/usage-error.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { printable } from '../../diagnostics/render/width.ts';
import { type RunVerification, verifyRun } from '../../plan/verify/verify.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import { runPaths } from '../../runtime/state/run-folder.ts';
import { blockedText } from '../blocked-text.ts';
import { readGiven } from './attest.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export interface VerifyRunFlags extends RunsFlags {
  readonly key?: string;
  readonly plan?: string;
}

export async function verifyRunCommand(cli: Cli, named: string, flags: VerifyRunFlags): Promise<number> {
  const folder = folderOf(cli, named, flags);
  const wanted = flags.key === undefined ? undefined : await publicKey(cli, flags.key);
  const plan =
    flags.plan === undefined
      ? undefined
      : parsePlan((await readGiven(cli, flags.plan, '--plan', maxPlanBytes)).toString('utf8'), flags.plan);
  const verified = verifyRun(createFolderReader(folder), {
    keys: { wanted, read: readPublicKey },
    ...(plan ? { plan } : {}),
  });
  const isCompared = wanted !== undefined;
  await cli.out(flags.format === 'json' ? jsonText(verified, isCompared) : plainText(verified, isCompared));
  if (flags.format !== 'json') for (const one of verified.refused) await cli.err(blockedText(one));
  return verified.refused.length === 0 ? exitCode.ok : exitCodeOf.BLOCKED;
}

/** What is a folder here is meant as one. */
function folderOf(cli: Cli, named: string, flags: VerifyRunFlags): string {
  const path = resolve(cli.cwd, named);
  const found = linkOrNothing(path);
  if (found?.isDirectory() || found?.isSymbolicLink()) return path;
  if (found || named.includes('/')) throw new UsageError(`\`${named}\` is not a folder`);
  const dir = stateDir(cli, flags);
  return runPaths(dir, findRun(dir, named)).folder;
}

/** What cannot be looked at is no folder. */
function linkOrNothing(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

async function publicKey(cli: Cli, file: string): Promise<Exclude<ReturnType<typeof readPublicKey>, string>> {
  const key = readPublicKey((await readGiven(cli, file, '--key')).toString('utf8'));
  if (typeof key === 'string') throw new UsageError(`--key: \`${file}\` cannot be used: ${key}`);
  return key;
}

function plainText({ run, refused, ...of }: RunVerification, isCompared: boolean): string {
  const { verdict, journal, predicate, planDigest } = of;
  if (refused.length > 0) {
    const count = refused.length === 1 ? 'one reason' : `${refused.length} reasons`;
    return `REFUSED ${printable(run)}: its folder is not what the run left, for ${count}\n`;
  }
  const { basis } = (verdict ?? {}) as { readonly basis?: string };
  const count = (name: string): number => {
    const found = predicate?.[name];
    return Array.isArray(found) ? found.length : 0;
  };
  return [
    `VERIFIED ${printable(run)}: ${verdict?.state}${basis === undefined ? '' : ` (${basis})`}\n`,
    `  plan ${planDigest}\n`,
    `  journal of ${journal?.entries} entries, which ends with ${journal?.head}\n`,
    `  ${count('programs')} programs and ${count('sandboxes')} sandboxes measured, ${of.evidence} pieces of evidence\n`,
    ...of.abandoned.map(
      ({ workspace, reason }) => `  the changes of ${printable(workspace)} were given up: ${printable(reason)}\n`,
    ),
    `  ${enforcementText(predicate)}\n`,
    `  ${signatureText(of.keyid, isCompared)}\n`,
  ].join('');
}

function enforcementText(predicate: JsonObject | undefined): string {
  const found = predicate?.['enforcement'];
  return isObject(found)
    ? `edges and non-edges were tried: ${printable(String(found['summary']))}`
    : 'edges and non-edges were not tried: `headgate run --prove-enforcement` does it';
}

function signatureText(keyid: string | null | undefined, isCompared: boolean): string {
  if (typeof keyid !== 'string') return 'not signed: whoever could write to the folder could have made all of it';
  if (isCompared) return `signed by ${keyid}, as asked`;
  return `signed by ${keyid}, which was compared with nothing; give --key`;
}

function jsonText(
  { run, refused, verdict, planDigest, journal, abandoned, keyid, predicate }: RunVerification,
  isCompared: boolean,
): string {
  const value = {
    version: 1,
    run,
    verified: refused.length === 0,
    verdict: verdict ?? null,
    signature: typeof keyid === 'string' ? { keyid, compared: isCompared } : null,
    planDigest: planDigest ?? null,
    journal: journal ?? null,
    abandoned,
    statement: predicate ?? null,
    refused,
  } as unknown as JsonValue;
  return `${JSON.stringify(value, null, 2)}\n`;
}
