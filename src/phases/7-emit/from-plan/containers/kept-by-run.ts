/** What the settings say and only a headgate that is there keeps: told, so that nobody relies on it where files are applied by hand. */
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { type ProfileOf, profileOf } from '../../../../plan/profiles/profile-of.ts';
import type { Tell } from './tell.ts';
import type { TargetWords } from './words.ts';

/** Of a run as a whole, and of nothing that a container could be bound by. */
const counted = ['wallClockSeconds', 'agentConcurrency', 'connectorCalls', 'modelCalls', 'tokens'] as const;

export function tellKeptByRun(monikers: readonly string[], plan: DeploymentPlan, tell: Tell, words: TargetWords): void {
  const { runtime } = plan;
  const say = (moniker: string, subject: string, what: string, reason: string): void =>
    tell.of(moniker, (at) => words.notHeld({ subject, what, reason }, at));
  // The first who has it stands for all of them.
  const profiles = new Map<string, { readonly moniker: string; readonly profile: ProfileOf['profile'] }>();
  for (const moniker of monikers) {
    const found = profileOf(moniker, runtime);
    if (found && !profiles.has(found.name)) profiles.set(found.name, { moniker, profile: found.profile });
  }
  for (const [name, { moniker, profile }] of profiles) {
    const of = (what: string, reason: string): void => say(moniker, `profile \`${name}\``, what, reason);
    const budget = profile.budget ?? {};
    for (const one of counted)
      if (budget[one] !== undefined) of(`\`budget.${one}\``, 'only `headgate run` counts, and ends what has had it');
    if (profile.runtime.mode === 'evidence') of('`runtime: { mode: evidence }`', 'nothing is measured there');
    if (profile.permissions === 'approve-all')
      of(
        '`permissions: approve-all`',
        'nothing tries the sandbox from inside there, so programs are told `approve-reads`',
      );
    if (profile.sandbox.mode === 'none') of('`sandbox: { mode: none }`', 'it is in a container like any other');
  }
  if (runtime?.grants)
    say('/', 'the scenario', '`grants`', 'only `headgate run` asks for leave, and ends what has lost it');
}
