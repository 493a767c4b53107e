import { define } from '../define.ts';

interface AboutPolicy {
  readonly policy: string;
  readonly scope: string;
}
const who = (a: AboutPolicy): string => `policy \`${a.policy}\` of scope \`${a.scope}\``;

export const policyNeedsContainer = define('govern/policy-needs-container', {
  severity: 'error',
  title: 'policy needs a container or a virtual machine',
  message: (a: AboutPolicy & { kind: 'image' | 'vm' }) =>
    `${who(a)} runs ${a.kind === 'vm' ? 'a virtual machine' : 'a container image'}, and policies run as sandboxed local processes while the scenario is compiled`,
  help: 'give the policy a `path` program, or start it yourself and pass `--policy NAME=URL`',
});

export const policyMountsStorage = define('govern/policy-mounts-storage', {
  severity: 'error',
  title: 'policy mounts storage or a framework capability',
  message: (a: AboutPolicy & { mount: string }) =>
    `${who(a)} mounts ${a.mount}, and a policy's sandbox holds nothing that outlives the compile`,
  help: 'ship what the policy reads in the folder of its manifest, or pass it as config',
});

export const missingRootConfig = define('govern/missing-root-config', {
  severity: 'error',
  title: 'a policy needs root config that is not given',
  aliases: ['compiler::overlay_pass_start_overlay_scenario'],
  message: (a: { path: string; env: string; policies: string }) =>
    `root config \`${a.path}\` is required by ${a.policies}, and has no value`,
  help: (a) => `set the environment variable \`${a.env}\`, or give it in \`--config FILE\``,
});

export const invalidRootConfig = define('govern/invalid-root-config', {
  severity: 'error',
  title: 'root config given for policies does not match the schema',
  aliases: ['compiler::overlay_pass_start_overlay_scenario'],
  message: (a: { path: string; reason: string }) => `root config \`${a.path}\`: ${a.reason}`,
});

export const policyConfigInvalid = define('govern/policy-config-invalid', {
  severity: 'error',
  title: 'config of a policy does not match its schema once its values are known',
  aliases: ['compiler::overlay_pass_start_overlay_scenario'],
  message: (a: AboutPolicy & { reason: string }) => `config of ${who(a)}: ${a.reason}`,
});

export const policySandbox = define('govern/policy-sandbox', {
  severity: 'error',
  title: 'the sandbox for policies cannot be made',
  aliases: ['compiler::overlay_pass_start_overlay_scenario'],
  message: (a: AboutPolicy & { reason: string }) => `${who(a)} cannot be sandboxed: ${a.reason}`,
});

export const policyStart = define('govern/policy-start', {
  severity: 'error',
  title: 'policy did not start',
  aliases: ['compiler::overlay_pass_start_overlay_scenario'],
  message: (a: AboutPolicy & { reason: string; elapsedMs: number }) =>
    `${who(a)} did not start: ${a.reason} (after ${seconds(a.elapsedMs)})`,
});

export const policyAsk = define('govern/policy-ask', {
  severity: 'error',
  title: 'policy did not answer',
  aliases: ['compiler::overlay_pass_invoke_overlay'],
  message: (a: AboutPolicy & { phase: string; reason: string; elapsedMs: number }) =>
    `${who(a)} did not answer (${a.phase}): ${a.reason} (after ${seconds(a.elapsedMs)})`,
});

export const dependencyCycle = define('govern/dependency-cycle', {
  severity: 'error',
  title: 'interposers make components wait for each other in a circle',
  aliases: ['compiler::overlay_pass_invalid_rewritten_scenario'],
  message: (a: { path: string; interposer: string }) =>
    `with interposer \`${a.interposer}\` spliced in, components depend on each other in a circle: ${a.path}`,
  help: 'let the policy insert one interposer for each edge instead of one for several edges in a row',
});

export const selfBinding = define('govern/self-binding', {
  severity: 'error',
  title: 'interposer on the edge of a component to itself',
  aliases: ['compiler::overlay_pass_invalid_rewritten_scenario'],
  message: (a: { component: string; interposers: string }) =>
    `\`${a.component}\` is bound to itself, so it waits for ${a.interposers} on that edge, and ${a.interposers} for it`,
  help: 'add `weak: true` to the binding, or bind another component',
});

export const findingError = define('govern/finding-error', {
  severity: 'error',
  title: 'a policy forbids this',
  message: (a: AboutPolicy & { message: string }) => `${a.message} (said by ${who(a)})`,
});
export const findingWarning = define('govern/finding-warning', {
  severity: 'warning',
  title: 'a policy warns of this',
  message: (a: AboutPolicy & { message: string }) => `${a.message} (said by ${who(a)})`,
});
export const findingInfo = define('govern/finding-info', {
  severity: 'info',
  title: 'a policy notes this',
  message: (a: AboutPolicy & { message: string }) => `${a.message} (said by ${who(a)})`,
});
export const findingShadow = define('govern/finding-shadow', {
  severity: 'info',
  title: 'a policy in shadow says this',
  message: (a: AboutPolicy & { message: string; severity: 'error' | 'warning' | 'info' }) =>
    `${a.message} (said by ${who(a)}, which is in shadow; enforced, it would be ${a.severity === 'warning' ? 'a warning' : `an ${a.severity}`})`,
});

export const shadowDifference = define('govern/shadow-difference', {
  severity: 'info',
  title: 'what a policy in shadow would change',
  message: (a: AboutPolicy & { summary: string }) => `${who(a)} is in shadow; enforced, it would ${a.summary}`,
});

export const shadowFailed = define('govern/shadow-failed', {
  severity: 'warning',
  title: 'a policy in shadow fails',
  message: (a: AboutPolicy & { code: string; message: string }) =>
    `${who(a)} is in shadow; enforced, it would fail the compile: ${a.message} [${a.code}]`,
  help: 'fix the policy before you enforce it',
});

export const remotePolicy = define('govern/remote-policy', {
  severity: 'error',
  title: 'a policy from elsewhere that nobody has approved',
  message: (a: AboutPolicy & { manifest: string; via: string }) =>
    `${who(a)} was not started: ${a.via} comes from ${a.manifest}, and the program that it names would run on this machine`,
  help: 'read it; then record a lock with `headgate policy record SCENARIO --allow-remote-policies`, which pins what you have read',
});

export const secretNotGranted = define('govern/secret-not-granted', {
  severity: 'error',
  title: 'a policy reads a secret that it was not granted',
  message: (a: AboutPolicy & { path: string; display: string; how?: 'given' | 'answered' }) => {
    if (a.how === 'given') return `${who(a)} is given the secret \`${a.path}\``;
    if (a.how === 'answered')
      return `${who(a)} answers with an interposer that is to be given the secret \`${a.path}\``;
    return `${who(a)} reads the value of root config \`${a.path}\`, which is secret`;
  },
  help: (a) => {
    const grant = `grant it in headgate.yaml: \`policies: {${a.display}: {grants: {secrets: ["${a.path}"]}}}\``;
    if (a.how === 'given')
      return `pass on the reference with \`$\${config.…}\` if only interposers need the value; else ${grant}`;
    if (a.how === 'answered') return grant;
    return `pass on the reference with \`$\${config.…}\` if only interposers need the value; else grant it in headgate.yaml: \`policies: {${a.display}: {grants: {secrets: [${a.path}]}}}\``;
  },
});

export const secretUnavailable = define('govern/secret-unavailable', {
  severity: 'error',
  title: 'a secret that a policy needs cannot be had',
  message: (a: AboutPolicy & { reference: string; reason: string; code: string }) =>
    `${who(a)} cannot be given \`${a.reference}\`: ${a.reason} (${a.code})`,
});

export const secretInAnswer = define('govern/secret-in-answer', {
  severity: 'error',
  title: 'a policy answers with a secret',
  message: (a: AboutPolicy & { path: string }) =>
    `the answer of ${who(a)} has the value of ${a.path.startsWith('secret://') ? '' : 'root config '}\`${a.path}\` in it, and answers are kept in plans and locks`,
  help: (a) =>
    `let the policy put the reference into its answer, which it gets through \`$\${config.…}\` in the place of the value of \`${a.path}\``,
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

export const policyNotInBundle = define('govern/policy-not-in-bundle', {
  severity: 'warning',
  title: 'a bundle cannot be compiled elsewhere as it is',
  message: (a: { policy: string; scope: string; reason: string }) =>
    `policy \`${a.policy}\` of scope \`${a.scope}\` keeps the bundle from being compiled elsewhere: ${a.reason}`,
});
