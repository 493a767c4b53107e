/** What the sections of running mean: one form for one meaning, every default written out, every choice made. */
import { compareText } from '../../base/order.ts';
import type { PlanCompletion } from '../../ir/plan-probe-schema.ts';
import type { PlanProfile, PlanSandbox, PlanWorker } from '../../ir/plan-profile-schema.ts';
import type { RuntimeSettings } from '../../ir/runtime-settings.ts';
import { lowerProbe } from './lower-probe.ts';
import { lowerVault } from './lower-vault.ts';
import { lowerWorkspace } from './lower-workspace.ts';
import type { CompletionSettings } from './sections/completion.ts';
import type { ProbesSettings } from './sections/probes.ts';
import type { ProfileSettings } from './sections/profiles.ts';
import type { SandboxSettings } from './sections/sandboxes.ts';
import { isLocked, type VaultSettings, type VaultsSettings } from './sections/vaults.ts';
import type { Sections } from './sections.ts';

type Lowered = Required<Pick<RuntimeSettings, 'profiles' | 'sandboxes' | 'probes' | 'vaults' | 'workspaces'>> &
  Pick<RuntimeSettings, 'completion'>;

/** `fileOf` names a file of the settings as they themselves are named. O(what is written). */
export function lowerRunning(
  {
    profiles,
    sandboxes,
    probes,
    completion,
    vaults,
    workspaces,
  }: Pick<Sections, 'profiles' | 'sandboxes' | 'probes' | 'completion' | 'vaults' | 'workspaces'>,
  fileOf: (path: string) => string,
): Lowered {
  const done = completionOf(probes, completion);
  const required = new Set(done?.requires ?? []);
  return {
    profiles: mapped(profiles, profileOf),
    sandboxes: mapped(sandboxes, sandboxOf),
    probes: mapped(probes, (probe, name) => lowerProbe(probe, required.has(name), fileOf)),
    ...(done ? { completion: done } : {}),
    vaults: mapped(usable(vaults), (vault) => lowerVault(vault, fileOf)),
    workspaces: mapped(workspaces, (workspace) => lowerWorkspace(workspace, fileOf)),
  };
}

const mapped = <T, U>(
  of: Readonly<Record<string, T>>,
  make: (one: T, name: string) => U,
): Readonly<Record<string, U>> => Object.fromEntries(Object.entries(of).map(([name, one]) => [name, make(one, name)]));

/** What is locked is in no plan, and so in nobody's hands who would open it. */
const usable = (vaults: VaultsSettings): Readonly<Record<string, VaultSettings>> =>
  Object.fromEntries(Object.entries(vaults).filter((one): one is [string, VaultSettings] => !isLocked(one[1])));

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort(compareText);
const given = <K extends string>(name: K, names: readonly string[] | undefined): { readonly [N in K]?: string[] } =>
  names === undefined || names.length === 0 ? {} : ({ [name]: sorted(names) } as { readonly [N in K]: string[] });

function profileOf({ type, runtime, sandbox, permissions, guidance, worker, budget }: ProfileSettings): PlanProfile {
  const chosen = worker && workerOf(worker);
  return {
    ...(type === undefined ? {} : { type }),
    runtime: { mode: runtime?.mode ?? 'default' },
    sandbox: {
      mode: sandbox?.mode ?? 'inherit',
      ...(sandbox?.ref === undefined ? {} : { ref: sandbox.ref }),
    },
    permissions: permissions ?? 'deny-all',
    ...(guidance === undefined ? {} : { guidance }),
    ...(chosen && Object.keys(chosen).length > 0 ? { worker: chosen } : {}),
    ...(budget && Object.keys(budget).length > 0 ? { budget: { ...budget } } : {}),
  };
}

/** By name; else the first that is preferred; else the only one that is allowed. */
function workerOf(worker: NonNullable<ProfileSettings['worker']>): PlanWorker {
  const { agent, preferred = [], allowed = [], provider, model, capabilities } = worker;
  const [first] = preferred;
  const [only, ...others] = allowed;
  const chosen: PlanWorker =
    agent !== undefined
      ? { agent, chosenBy: 'agent' }
      : first !== undefined
        ? { agent: first, chosenBy: 'preferred' }
        : only !== undefined && others.length === 0
          ? { agent: only, chosenBy: 'allowed' }
          : {};
  return {
    ...chosen,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...given('capabilities', capabilities),
  };
}

const sandboxOf = ({ processes, memoryMiB, cacheMiB, egress, tools }: SandboxSettings): PlanSandbox => ({
  ...(processes === undefined ? {} : { processes }),
  ...(memoryMiB === undefined ? {} : { memoryMiB }),
  ...(cacheMiB === undefined ? {} : { cacheMiB }),
  ...given('egress', egress),
  ...given('tools', tools),
});

/** A required probe is enough to say when the run is over. */
function completionOf(probes: ProbesSettings, completion: CompletionSettings | undefined): PlanCompletion | undefined {
  const required = Object.entries(probes).flatMap(([name, probe]) => (probe.required === false ? [] : [name]));
  if (!completion && required.length === 0) return undefined;
  return {
    requires: sorted(completion?.requires ?? required),
    // biome-ignore lint/suspicious/noThenProperty: the file calls it so, and it is never a function
    then: completion?.then ?? 'stop',
  };
}
