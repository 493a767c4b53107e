/** What must hold before a policy is started. Pure. */
import { invariant } from '../../base/invariant.ts';
import { compareText } from '../../base/order.ts';
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import * as S from '../../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Component } from '../../ir/graph.ts';
import { ancestorsOf, componentAt } from '../../ir/graph-index.ts';
import type { Linked, PolicyEntry } from '../../ir/linked.ts';
import type { OpenLock } from '../../ir/lock.ts';
import type { PolicySetting, SecretGrant } from '../../ir/policy-settings.ts';
import { rootPathsOfProgram } from '../../language/config/program-paths.ts';
import { covers, touches } from '../../language/config/secret-paths.ts';
import { isReference } from '../../language/secrets/reference.ts';
import type { SourceNames } from '../../language/source-names.ts';
import type { Question } from './ask.ts';
import { isGranted, secretOf } from './policy-secrets.ts';

export interface Pins {
  /** Every policy may run, wherever it comes from. */
  readonly all: boolean;
  readonly lock: OpenLock | undefined;
  /** What is wrong with the lock. */
  readonly faults: readonly Diagnostic[];
  readonly names: SourceNames;
}

const isRemote = (url: string | null): url is string => url !== null && /^https?:/i.test(url);

/**
 * A policy from the network, or one that a manifest from the network lists, runs only when every manifest that has a say in it is
 * in the lock as it is now, or when all may run. O(policies × depth + members).
 */
export function checkRemotePolicies(linked: Linked, questions: readonly Question[], pins: Pins, sink: Sink): void {
  if (pins.all) return;
  const pinned = new Set(pins.lock?.sources.map(({ name, digest }) => `${digest} ${name}`));
  const isPinned = ({ url, digest }: Named): boolean => pinned.has(`${digest} ${pins.names.nameOfUrl(url)}`);
  for (const { entry, view, url } of questions) {
    // Somebody else started it.
    if (url !== undefined) continue;
    const own = entry.members.map((id) => named(componentAt(linked.policies.graph.components, id)));
    const scopes = ancestorsOf(linked.graph.components, view.scope.component).map(named);
    const unknown = [...own, ...scopes].find((one) => isRemote(one.url) && !isPinned(one));
    if (!unknown) continue;
    for (const fault of pins.faults) sink.report(fault);
    const via = own.includes(unknown) ? 'its manifest' : 'a manifest that leads to it';
    const about = { policy: entry.ref, scope: view.scope.moniker };
    sink.report(
      D.remotePolicy(
        { ...about, manifest: `\`${pins.names.nameOfUrl(unknown.url)}\``, via },
        { at: entry.at, label: 'named here' },
      ),
    );
  }
}

interface Named {
  readonly url: string;
  readonly digest: string;
}

const named = ({ url, digest }: Component): Named => ({ url: url ?? '', digest });

/** Those of the secrets whose values some program of the policy is given. A reference that is passed on gives none. */
export function secretsRead(linked: Linked, entry: PolicyEntry, secrets = linked.secrets): readonly string[] {
  if (secrets.length === 0) return [];
  const read = new Set<string>();
  for (const id of entry.members) {
    const program = linked.policies.graph.components[id]?.program;
    const space = linked.policies.spaces[id];
    if (!program || !space) continue;
    for (const path of rootPathsOfProgram(program, space))
      for (const secret of secrets) if (touches(path, secret)) read.add(secret);
  }
  return [...read].sort(compareText);
}

/** Secrets that are read without a grant are errors. A `frozen` compile gives nobody a value, and may not know the root config. */
export function checkSecretGrants(
  questions: readonly Question[],
  settings: readonly PolicySetting[],
  sink: Sink,
  frozen = false,
): void {
  for (const { entry, view, setting, secrets, references, url } of questions) {
    // One that runs already was given its config by whoever started it.
    if (url !== undefined) continue;
    const place = { at: entry.useAt, label: 'this policy' };
    const display = settingName(entry, settings);
    const about = { policy: entry.ref, scope: view.scope.moniker, display };
    for (const path of secrets) {
      if (setting?.secrets?.some((grant) => covers(grant.path, path))) continue;
      const there = references.filter(({ root }) => root !== undefined && touches(path, root));
      const byVault = there.length > 0 && there.every((one) => isGranted(setting, one));
      if (byVault || (frozen && setting?.secrets?.some((grant) => isReference(grant.path)))) continue;
      sink.report(D.secretNotGranted({ ...about, path }, place));
    }
    const missing = references.filter(
      // Of what is secret anyway the path has been told.
      (one) =>
        !isGranted(setting, one) && !(one.root !== undefined && secrets.some((path) => touches(path, one.root ?? ''))),
    );
    for (const path of new Set(missing.map(({ reference }) => secretOf(reference) ?? reference)))
      sink.report(D.secretNotGranted({ ...about, path, how: 'given' }, place));
  }
}

/** `secret://VAULT/KEY` of what interposers of a policy's answers are to be given. */
export type AnsweredReferences = ReadonlyMap<PolicyEntry, readonly string[]>;

/** Grants that nobody uses are said. */
export function checkUnusedGrants(questions: readonly Question[], answered: AnsweredReferences, sink: Sink): void {
  const used = new Set<SecretGrant>();
  const readBy = new Map<PolicySetting, Set<string>>();
  for (const question of questions) {
    const { setting, secrets, references } = question;
    if (!setting) continue;
    const paths = readBy.get(setting) ?? new Set<string>();
    readBy.set(setting, paths);
    for (const path of secrets) {
      paths.add(path);
      for (const grant of setting.secrets ?? []) if (covers(grant.path, path)) used.add(grant);
    }
    for (const one of references) {
      paths.add(secretOf(one.reference) ?? one.reference);
      for (const grant of setting.secrets ?? []) if (isGranted({ secrets: [grant] }, one)) used.add(grant);
    }
    for (const secret of answered.get(question.entry) ?? []) {
      paths.add(secret);
      for (const grant of setting.secrets ?? [])
        if (isGranted({ secrets: [grant] }, { reference: secret })) used.add(grant);
    }
  }
  for (const [setting, paths] of readBy) {
    for (const grant of setting.secrets ?? []) {
      if (used.has(grant)) continue;
      const near = suggest(grant.path, paths);
      const help = near === undefined ? 'remove it' : `did you mean \`${near}\`?`;
      sink.report(S.unusedGrant({ name: setting.name, path: grant.path }, { at: grant.at, help }));
    }
  }
}

/** The name under which the policy stands in the settings, or would best. */
export function settingName(entry: PolicyEntry, settings: readonly PolicySetting[]): string {
  const found = settings.find(({ name }) => name === entry.ref || name === entry.display || name === entry.use);
  const name = found?.name ?? entry.use;
  invariant(name !== '', 'a policy has a name');
  return /^[#/]/.test(name) ? JSON.stringify(name) : name;
}
