/** References to secrets in what policies answer. */
import * as D from '../../diagnostics/catalogue/govern.ts';
import * as R from '../../diagnostics/catalogue/secrets.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { PolicyEntry } from '../../ir/linked.ts';
import type { PolicySetting } from '../../ir/policy-settings.ts';
import { referenceFault } from '../../language/secrets/check-reference.ts';
import { referencesIn } from '../../language/secrets/references-in.ts';
import { isGranted, secretOf } from './policy-secrets.ts';
import { type Reply, shadowSink } from './read-answers.ts';
import { type AnsweredReferences, settingName } from './trust.ts';

/**
 * An interposer runs what its policy chooses, so it may be given what the policy was granted, and what it was handed on as
 * `${config.…}`, and no other secret. Answers what each policy named.
 */
export function checkAnsweredReferences(
  replies: readonly Reply[],
  vaults: readonly string[],
  settings: readonly PolicySetting[],
  sink: Sink,
): AnsweredReferences {
  const answered = new Map<PolicyEntry, readonly string[]>();
  for (const { question, said } of replies) {
    const { entry, view, setting } = question;
    const tell = question.mode === 'shadow' ? shadowSink(question, sink) : sink;
    const place = { at: entry.at, label: 'answered by this policy' };
    const about = { policy: entry.ref, scope: view.scope.moniker, display: settingName(entry, settings) };
    const configs = said?.answer.interpositions.map(({ interposer }) => interposer.config ?? {}) ?? [];
    const texts = [...new Set(configs.flatMap((config) => referencesIn(config).map(({ text }) => text)))];
    for (const text of texts) {
      const fault = referenceFault(text, vaults);
      const by = `answer of policy \`${entry.ref}\``;
      if (fault?.kind === 'invalid') tell.report(R.secretReferenceInvalid({ reason: fault.reason, by }, place));
      else if (fault)
        tell.report(R.unknownVault({ vault: fault.vault, near: fault.near, declared: vaults, by }, place));
      else if (!isGranted(setting, { reference: text }))
        tell.report(D.secretNotGranted({ ...about, path: secretOf(text) ?? text, how: 'answered' }, place));
    }
    answered.set(
      entry,
      texts.flatMap((text) => secretOf(text) ?? []),
    );
  }
  return answered;
}
