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
export const rotationInContainer = define('settings/rotation-in-container', {
  severity: error,
  title: 'file that is to be replaced in a container',
  message: (a: { path: string; moniker: string }) =>
    `${a.moniker} runs in a container, where the file that \`${a.path}\` is mounted as is not replaced while it runs`,
  help: 'write `restart`: it is started again with the new value',
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
export const workspaceCycle = define('settings/workspace-cycle', {
  severity: error,
  title: 'workspace that would wait for itself',
  message: (a: { moniker: string; copy: string; service?: string }) =>
    a.service === undefined
      ? `${a.moniker} needs what is done in workspace \`${a.copy}\`, which is taken over when all who work in it have ended, and works in it itself`
      : `${a.moniker} needs what is done in workspace \`${a.copy}\`, which is taken over when the service ${a.service} has stopped, and that goes on`,
  help: 'give one of them a workspace of its own, for instance with `mode: isolated`',
});
export const probeFile = define('settings/probe-file', {
  severity: error,
  title: 'file of a probe that cannot be read',
  message: (a: { path: string }) => `there is no file \`${a.path}\` that could be read`,
  help: 'paths are seen from the folder of the settings, and lie in the tree of the scenario',
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
export const untrusted = define('settings/untrusted', {
  severity: error,
  title: 'right that the settings give and nobody has trusted',
  message: (a: { right: string }) => `not trusted: ${a.right}`,
});
