import { define } from '../define.ts';

interface At {
  readonly path: string;
  readonly message: string;
}
const shape = (a: At): string => (a.path === '.' ? a.message : `\`${a.path}\`: ${a.message}`);
const error = 'error' as const;

export const unknownField = define('settings/unknown-field', {
  severity: error,
  title: 'unknown field in the settings',
  message: shape,
});
export const wrongType = define('settings/wrong-type', {
  severity: error,
  title: 'setting of the wrong type',
  message: shape,
});
export const missingField = define('settings/missing-field', {
  severity: error,
  title: 'setting that is missing',
  message: shape,
});
export const duplicateField = define('settings/duplicate-field', {
  severity: error,
  title: 'setting given twice',
  message: shape,
});
export const invalidValue = define('settings/invalid-value', {
  severity: error,
  title: 'value that a setting cannot have',
  message: shape,
});
export const unsupportedVersion = define('settings/unsupported-version', {
  severity: error,
  title: 'settings of another version',
  message: (a: { version: string }) => `settings of version ${a.version} cannot be read; this headgate reads version 1`,
  help: 'write `version: 1`, or use a headgate that knows the other version',
});
export const unknownCode = define('settings/unknown-code', {
  severity: error,
  title: 'level of a code that does not exist',
  message: (a: { name: string }) => `there is no code \`${a.name}\`, so this level would change nothing`,
});
export const errorLowered = define('settings/error-lowered', {
  severity: error,
  title: 'level of an error',
  message: (a: { code: string; level: string }) =>
    `\`${a.code}\` is an error and cannot be made ${a.level === 'off' ? 'silent' : `a${a.level === 'info' ? 'n' : ''} ${a.level}`}: nothing can be made of a scenario with one`,
  help: 'remove this line; levels are for warnings, infos and hints',
});
export const invalidGlob = define('settings/invalid-glob', {
  severity: error,
  title: 'glob that cannot be read',
  message: (a: { glob: string; fault: string }) => `\`${a.glob}\` is not a glob: ${a.fault}`,
  help: 'globs are paths from the folder of this file, with `*`, `**`, `?` and `{a,b}`',
});
export const notLoaded = define('settings/not-loaded', {
  severity: error,
  title: 'settings cannot be read',
  message: (a: { path: string; reason: string }) => `settings \`${a.path}\` cannot be read: ${a.reason}`,
});
export const unknownPolicy = define('settings/unknown-policy', {
  severity: 'warning',
  title: 'settings of a policy that does not exist',
  message: (a: { name: string }) =>
    `no policy of this scenario is called \`${a.name}\`, so these settings change nothing`,
});
export const unusedGrant = define('settings/unused-grant', {
  severity: 'warning',
  title: 'grant of a secret that is not read',
  message: (a: { name: string; path: string }) =>
    `policy \`${a.name}\` reads no secret ${a.path.startsWith('secret://') ? '' : 'root config '}\`${a.path}\`, so this grant gives nothing`,
});
export const unknownComponent = define('settings/unknown-component', {
  severity: error,
  title: 'settings of a component that does not exist',
  message: (a: { name: string }) =>
    `this scenario has no component \`${a.name}\`, so nothing can run as these settings say`,
  help: 'name a component by its moniker, such as `/web` or `/shop/web`; `/` is the root',
});
export const unknownTarget = define('settings/unknown-target', {
  severity: error,
  title: 'name of something that the scenario does not have',
  message: (a: { what: string; name: string; of?: string }) =>
    `this scenario has no ${a.what} \`${a.name}\`${a.of === undefined ? '' : ` of \`${a.of}\``}`,
  help: '`headgate compile` shows exports and edges, and `headgate explain` those of one component',
});
export const unknownName = define('settings/unknown-name', {
  severity: error,
  title: 'name that the settings do not declare',
  message: (a: { what: string; name: string }) => `these settings declare no ${a.what} \`${a.name}\``,
});
export const unusedName = define('settings/unused-name', {
  severity: 'warning',
  title: 'name that is declared and not used',
  message: (a: { what: string; name: string }) => `nothing uses the ${a.what} \`${a.name}\``,
  help: 'use it, or remove it',
});
export const vaultComingSoon = define('settings/vault-coming-soon', {
  severity: 'warning',
  title: 'vault of a provider that is coming soon',
  message: (a: { name: string; provider: string }) =>
    `vaults of \`${a.provider}\` are coming soon, so nothing is kept in \`${a.name}\`, and nothing is taken from it`,
  help: 'refer to secrets of another vault, of `local_encrypted`, `aws_secrets_manager` or `vault`',
});
export const workspaceCycle = define('settings/workspace-cycle', {
  severity: error,
  title: 'workspace that would wait for itself',
  message: (a: { moniker: string; copy: string; service?: string }) =>
    a.service === undefined
      ? `${a.moniker} needs what is done in workspace \`${a.copy}\`, which is taken over when all who work in it have ended, and works in it itself`
      : `${a.moniker} needs what is done in workspace \`${a.copy}\`, which is taken over when the service ${a.service} has stopped, and that goes on`,
  help: 'give one of them a workspace of its own, for instance with `mode: isolated`',
});
type BudgetGap =
  | { readonly why: 'no-sandbox' }
  | { readonly why: 'container'; readonly components: readonly string[] }
  | { readonly why: 'no-meter'; readonly edges: readonly string[] };
const gapHelp: Readonly<Record<BudgetGap['why'], string>> = {
  'no-sandbox': 'give the profile a sandbox, or remove the budget',
  container: 'give what runs in a container a profile of its own, and bounds of its own in `limits`',
  'no-meter':
    'put the policy `model-meter` on it, and let it tell the run: `policies: { NAME: { grants: { usage: true } } }`',
};
const named = (all: readonly string[]): string => all.map((one) => `\`${one}\``).join(', ');
function gapText(gap: BudgetGap): string {
  if (gap.why === 'no-sandbox') return 'its programs run without a sandbox';
  if (gap.why === 'container') return `nobody counts what ${named(gap.components)} takes in a container`;
  return `nobody counts what goes to a model over ${named(gap.edges)}`;
}
export const budgetUnsupported = define('settings/budget-unsupported', {
  severity: 'warning',
  title: 'budget that nobody keeps',
  message: (a: { budget: string; profile: string; gap: BudgetGap }) =>
    `nothing keeps \`${a.budget}\` of profile \`${a.profile}\`: ${gapText(a.gap)}`,
  help: ({ gap: { why } }) => gapHelp[why],
});
export const budgetNeverStarts = define('settings/budget-never-starts', {
  severity: error,
  title: 'component that its budget never lets start',
  message: (a: { profile: string; limit: number; why: string; enough: number }) =>
    `profile \`${a.profile}\` lets ${a.limit} programs run at a time (\`agentConcurrency\`), and ${a.why}`,
  help: (a) => `let ${a.enough} of them run at a time, or give some of them another profile`,
});
export const probeFile = define('settings/probe-file', {
  severity: error,
  title: 'file of a probe that cannot be read',
  message: (a: { path: string }) => `there is no file \`${a.path}\` that could be read`,
  help: 'paths are seen from the folder of the settings, and lie in the tree of the scenario',
});
export const delegationFile = define('settings/delegation-file', {
  severity: error,
  title: 'delegation file that cannot be read',
  message: (a: { path: string; reason: string }) => `the delegation file \`${a.path}\` cannot be read: ${a.reason}`,
  help: 'the path is seen from the folder of the settings, and the file lies in the tree of the scenario',
});
export const duplicateDelegation = define('settings/duplicate-delegation', {
  severity: error,
  title: 'two delegations of one id',
  message: (a: { id: string }) =>
    `two delegations are called \`${a.id}\`, so nobody could say on which of them something was done`,
  help: 'give each an id of its own',
});
export const coveredDelegation = define('settings/covered-delegation', {
  severity: 'warning',
  title: 'delegation that another one covers',
  message: (a: { id: string; by: string }) =>
    `everything that \`${a.id}\` gives is given by \`${a.by}\` too, so that taking it out would take nothing away`,
  help: 'remove it, or make the other one narrower',
});
export const idleDelegation = define('settings/idle-delegation', {
  severity: 'warning',
  title: 'delegation that gives nothing in this scenario',
  message: (a: { id: string }) => `no component of this scenario needs anything that \`${a.id}\` gives`,
  help: 'remove it, or correct its subject, its gates or its resources',
});
export const networkProfile = define('settings/network-profile', {
  severity: error,
  title: 'target that the type of a profile does not allow',
  message: (a: { moniker: string; profile: string; type: string; what: string; why: string }) =>
    `${a.moniker} has profile \`${a.profile}\` of type \`${a.type}\`, ${a.why}: ${a.what}`,
  help: 'take the target away, or give the component a profile of another type',
});
export const evidenceWithoutSandbox = define('settings/evidence-without-sandbox', {
  severity: 'warning',
  title: 'evidence mode without a sandbox by name',
  message: (a: { mode: string }) =>
    `evidence is gathered with \`sandbox.mode: ${a.mode}\`, so nothing is wider for it, and \`approve-all\` would take no effect`,
  help: 'declare a sandbox in `sandboxes`, and name it: `sandbox: { mode: ref, ref: NAME }`',
});
export const experimentalOff = define('settings/experimental-off', {
  severity: error,
  title: 'experimental feature that was not asked for',
  message: (a: { feature: string }) => `\`${a.feature}\` may still change, and has to be asked for`,
  help: 'add `experimental_features: [environments]`',
});
export const notYet = define('settings/not-yet', {
  severity: error,
  title: 'setting that has no effect yet',
  message: (a: { name: string }) => `this headgate can read \`${a.name}\`, and cannot do yet what it says`,
  help: 'remove it: nothing would happen as it says',
});
export const vaultCredential = define('settings/vault-credential', {
  severity: error,
  title: 'credential in the settings of a vault',
  message: (a: { path: string }) =>
    `\`${a.path}\` looks like a credential, and what opens a vault does not stand in the settings`,
});
export const vaultKeyShown = define('settings/vault-key-shown', {
  severity: error,
  title: 'key of a vault in a folder that programs are shown',
  message: (a: { what: string }) => a.what,
});
export const untrusted = define('settings/untrusted', {
  severity: error,
  title: 'right that the settings give and nobody has trusted',
  message: (a: { right: string }) => `not trusted: ${a.right}`,
});
