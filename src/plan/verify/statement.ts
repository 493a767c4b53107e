/**
 * What the end statement of a run says, made of nothing but the folder of the run: whoever has the folder can make it again, and a
 * statement that differs from that is refused. In-toto Statement v1; see docs/verify-run.md.
 */

import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { sha256Hex } from '../../base/sha256.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Entry } from '../../language/journal/entry.ts';
import { hexOf, statementType } from '../attest/statement.ts';
import type { Readings } from './read.ts';

export const runPredicateType = 'urn:headgate:attestation:run:1';

export interface CoveredFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface Signer {
  /** Hexadecimal SHA-256 of the key's SPKI form. */
  readonly keyid: string;
  /** In PEM: a damaged signature is told from a whole one by whoever has not been given the key. */
  readonly publicKey: string;
}

/** How a run ended, as its last entry says it; undefined where it has not ended, or went on since. */
export const verdictIn = (entries: readonly Entry[]): Extract<Entry, { readonly type: 'gate' }> | undefined => {
  const last = entries.at(-1);
  return last?.type === 'gate' ? last : undefined;
};

/** Undefined where the folder is not that of a run that is over, or cannot be read as a whole. O(entries + evidence). */
export function runStatement(
  readings: Pick<Readings, 'id' | 'plan' | 'options' | 'entries' | 'evidence' | 'named'>,
  files: readonly CoveredFile[],
  signer: Signer | null,
): JsonObject | undefined {
  const { id, plan, options, entries, evidence, named } = readings;
  const verdict = entries && verdictIn(entries);
  if (!plan || options === undefined || !verdict) return undefined;
  const started = startsIn(entries);
  const at = (digest: string): JsonObject => ({ evidence: hex(digest) });
  return {
    _type: statementType,
    subject: [{ name: 'plan', digest: { sha256: hexOf(plan.planDigest) } }],
    predicateType: runPredicateType,
    predicate: {
      run: id,
      plan: { planDigest: plan.planDigest, runtime: runtimeDigest(plan) },
      options,
      verdict: verdict.data as unknown as JsonValue,
      journal: { entries: entries.length, seq: verdict.seq, head: verdict.hash },
      programs: started.flatMap(({ component, attempt, program }) =>
        program === undefined
          ? []
          : [{ component, attempt, ...executedIn(evidence.get(program)?.value), ...at(program) }],
      ),
      sandboxes: started.flatMap(({ component, attempt, sandbox }) =>
        sandbox === undefined ? [] : [{ component, attempt, ...at(sandbox) }],
      ),
      enforcement: enforcementIn(entries, evidence),
      evidence: named.map(hex),
      files: files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
      signer: signer === null ? null : { keyid: signer.keyid, publicKey: signer.publicKey },
    },
  };
}

export interface Start {
  readonly component: string;
  readonly attempt: number;
  /** Digests of what was measured. */
  readonly program: string | undefined;
  readonly sandbox: string | undefined;
}

/** Every start of a component of which something was measured, in the order of the journal; each attempt once. */
export function startsIn(entries: readonly Entry[]): readonly Start[] {
  const starts = new Map<string, Start>();
  for (const entry of entries) {
    if (entry.action === null || (entry.type !== 'outcome' && entry.type !== 'progress')) continue;
    const { program, sandbox } = entry.data;
    const { target } = entry.action;
    if (target === null || (program === undefined && sandbox === undefined)) continue;
    const key = `${entry.attempt} ${entry.action.type} ${target}`;
    const known = starts.get(key);
    starts.set(key, {
      component: target,
      attempt: entry.attempt,
      program: program ?? known?.program,
      sandbox: sandbox ?? known?.sandbox,
    });
  }
  return [...starts.values()];
}

/** Of the newest process of the run; null where nobody asked for it. */
function enforcementIn(entries: readonly Entry[], evidence: Readings['evidence']): JsonValue {
  const since = entries.slice(entries.findLastIndex(({ type }) => type === 'start'));
  const outcome = since.findLast(({ action, type }) => action?.type === 'enforcement.prove' && type === 'outcome');
  const digest = outcome?.type === 'outcome' ? outcome.data.evidence : undefined;
  if (digest === undefined) return null;
  const value = evidence.get(digest)?.value;
  const predicate = isObject(value) ? value['predicate'] : undefined;
  const { passed = null, summary = null } = isObject(predicate) ? predicate : {};
  return { evidence: hex(digest), passed, summary };
}

const hex = (digest: string): string => digest.slice(digest.indexOf(':') + 1);

/** Null where the settings say nothing of running. */
const runtimeDigest = ({ runtime }: DeploymentPlan): string | null =>
  runtime === undefined ? null : `sha256:${sha256Hex(canonicalJson(runtime as unknown as JsonValue))}`;

function executedIn(value: JsonValue | undefined): JsonObject {
  if (!isObject(value)) return {};
  const { path = null, digest = null, interpreters } = value;
  return { path, digest, ...(interpreters === undefined ? {} : { interpreters }) };
}
