/** `attest`: sign a plan; `attest keygen`: make the keys for it. */
import { resolve } from 'node:path';
import { generateKeys, readSigningKey } from '../../adapters/files/ed25519.ts';
import { readReason } from '../../adapters/files/io-reason.ts';
import { readBounded, tooLarge } from '../../adapters/files/read-bounded.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { compilePrepared, prepareInput, tell } from '../../app/compiled.ts';
import type { SharedFlags } from '../../app/flags.ts';
import { isPlanFile, readPlanBytes } from '../../app/plan-file.ts';
import { rootFrom, treesOf } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import { digestOf } from '../../base/digest.ts';
import { version } from '../../base/version.ts';
import * as D from '../../diagnostics/catalogue/attest.ts';
import { outputNotWritable } from '../../diagnostics/catalogue/cli.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { envelopeText, preAuthentication } from '../../plan/attest/dsse.ts';
import { payloadType, statementBytes, statementOf } from '../../plan/attest/statement.ts';
import { newPlace, writeNewFiles } from '../new-files.ts';
import { checkDestinations, notWritable, writeOutputs } from '../output.ts';
import { givenFiles, refuseOver } from '../overwrite.ts';

export interface AttestFlags extends SharedFlags {
  readonly key: string;
  readonly out: string;
}

export interface AttestKeygenFlags {
  readonly out: string;
}

export async function attestCommand(cli: Cli, path: string, flags: AttestFlags): Promise<number> {
  const { key: keyFile, out } = flags;
  const key = readSigningKey((await readGiven(cli, keyFile, '--key')).toString('utf8'));
  if (typeof key === 'string') {
    await tell(cli, [D.keyUnusable({ file: keyFile, reason: key }, {})]);
    return exitCode.errors;
  }
  const toStdout = out === '-';
  const destination = { shown: out, path: resolve(cli.cwd, out), toStdout, folder: false };
  const trees = treesOf([path], cli.cwd, rootFrom(flags, cli));
  const blocked = await checkDestinations([destination], trees);
  const subject = blocked.length > 0 ? undefined : await subjectOf(cli, path, flags);
  if (!subject) {
    if (blocked.length > 0) await tell(cli, blocked);
    return exitCode.errors;
  }
  const written = toStdout ? [] : [{ ...destination, option: '--out' }];
  refuseOver(written, [path, keyFile, ...subject.files, ...givenFiles(flags)], cli.cwd, 'this command reads');
  const payload = statementBytes(statementOf({ ...subject, version }));
  const sig = Buffer.from(key.sign(preAuthentication(payloadType, payload))).toString('base64');
  const text = envelopeText({ payload, payloadType, signatures: [{ keyid: key.keyid, sig }] });
  if (toStdout) {
    await cli.out(text);
    return exitCode.ok;
  }
  const failures = await cli.interrupt.hold(() => writeOutputs([{ ...destination, text }], trees));
  if (failures.length > 0) await tell(cli, failures);
  return failures.length > 0 ? exitCode.errors : exitCode.ok;
}

interface SubjectPlan {
  readonly plan: DeploymentPlan;
  readonly fileDigest: string;
  /** What it was made of, where it was compiled. */
  readonly files: readonly string[];
}

async function subjectOf(cli: Cli, path: string, flags: AttestFlags): Promise<SubjectPlan | undefined> {
  const file = resolve(cli.cwd, path);
  if (await isPlanFile(file)) {
    const { plan, planBytes } = await readPlanBytes(file, path);
    return { plan, fileDigest: digestOf(planBytes), files: [] };
  }
  const prepared = await prepareInput(cli, path, flags);
  const made = prepared && (await compilePrepared(cli, prepared));
  if (!made) return undefined;
  const { compiled, session, settings } = made;
  const files = [...session.files(), ...session.sources.keys(), ...settings];
  return { plan: compiled.plan, fileDigest: digestOf(compiled.planText), files };
}

/** A file that was named on the command line. */
export async function readGiven(cli: Cli, path: string, what: string, maxBytes = maxManifestBytes): Promise<Buffer> {
  const refused = (reason: string): UsageError => new UsageError(`${what}: \`${path}\` cannot be read: ${reason}`);
  const bytes = await readBounded(resolve(cli.cwd, path), maxBytes).catch((error: NodeJS.ErrnoException) => {
    throw refused(readReason(error));
  });
  if (!bytes) throw refused(tooLarge(maxBytes));
  return bytes;
}

/** An existing key is never written over: what it signed could be verified by nobody new. Both are written, or none. */
export async function attestKeygenCommand(cli: Cli, flags: AttestKeygenFlags): Promise<number> {
  const path = resolve(cli.cwd, flags.out);
  const blocked = await checkDestinations([{ shown: flags.out, path, toStdout: false, folder: false }], []);
  const place = blocked.length > 0 ? undefined : newPlace(path, []);
  if (typeof place !== 'string') {
    await tell(cli, place ? [outputNotWritable({ path: flags.out, ...place }, {})] : blocked);
    return exitCode.errors;
  }
  const { keyid, privatePem, publicPem } = generateKeys();
  const files = [
    { path: place, shown: flags.out, text: privatePem, mode: 0o600 },
    { path: `${place}.pub`, shown: `${flags.out}.pub`, text: publicPem, mode: 0o644 },
  ];
  const failed = await cli.interrupt.hold(() => writeNewFiles(files));
  if (failed?.error.code === 'EEXIST')
    throw new UsageError(
      `--out: \`${failed.shown}\` is there already, and keys are not written over; give another name`,
    );
  if (failed) {
    await tell(cli, [notWritable(failed.shown, failed.error)]);
    return exitCode.errors;
  }
  await cli.out(`${keyid}\n`);
  return exitCode.ok;
}
