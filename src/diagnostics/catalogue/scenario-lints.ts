/** Lints that see more than one manifest: where a value comes from, what a lock holds, what this machine has. Passes tell them. */
import { type Definition, define } from '../define.ts';

const shown = (path: string): string => (path === '' ? '`config`' : `\`config.${path}\``);

export const policyReadsUnpinned: Definition<{ manifest: string; copy: 'missing' | 'another' }> = define(
  'lint/policy-reads-unpinned',
  {
    severity: 'warning',
    title: 'metadata that a policy is shown and no digest covers',
    message: (a) =>
      a.copy === 'missing'
        ? `policies are shown the \`metadata\` of ${a.manifest}, which its digest does not cover, and the lock has no copy of it to compare`
        : `policies are shown the \`metadata\` of ${a.manifest}, which its digest does not cover, and its text is not the one that was recorded`,
    help: (a) =>
      a.copy === 'missing'
        ? 'read the manifest, then record it with `headgate policy record SCENARIO`'
        : 'see what changed, then record again with `headgate policy record SCENARIO`; `--frozen` takes the recorded text',
  },
);

export const secretFromPlain: Definition<{ path: string; place: string; component: string; leaf: string }> = define(
  'lint/secret-from-plain',
  {
    severity: 'warning',
    title: 'secret that comes from config which is not declared secret',
    message: (a) =>
      `${a.component} takes ${shown(a.place)} as a secret, and it comes from ${shown(a.path)}, which is not declared secret here`,
    help: (a) =>
      `add \`secret: true\` to \`${a.leaf}\` in the \`config_schema\` of this manifest: the value is kept secret in any case, and whoever sets it should know`,
  },
);

export const unknownConfigKey: Definition<{
  path: string;
  name: string;
  near: string | undefined;
  known: string;
}> = define('lint/unknown-config-key', {
  severity: 'warning',
  title: 'config key that no schema declares',
  message: (a) => `the \`config_schema\` of ${a.name} does not declare \`${a.path}\`, so nothing reads it`,
  help: (a) => {
    if (a.near !== undefined) return `did you mean \`${a.near}\`?`;
    return a.known === '' ? 'remove it: no keys are declared there' : `remove it; the keys there are ${a.known}`;
  },
});

export const secretInArguments: Definition<{ what: string }> = define('lint/secret-in-arguments', {
  severity: 'warning',
  title: 'secret in the arguments of a program',
  message: (a) =>
    `the arguments of this program hold ${a.what}, and every process of the machine can read arguments; \`headgate run\` refuses it`,
  help: 'hand the secret over in `env`, or in a file with `mounts`',
});

export const missingProgram: Definition<{ reason: string }> = define('lint/missing-program', {
  severity: 'warning',
  title: 'program that this machine does not have',
  message: (a) => `this program cannot be started on this machine: ${a.reason}`,
});

export const storageSize: Definition<{
  resource: string;
  size: string;
  /** Whose config it is put together from. */
  component: string | undefined;
}> = define('lint/storage-size', {
  severity: 'warning',
  title: 'storage size that no run can read',
  message: (a) =>
    `the size of storage \`${a.resource}\` ${a.component ? `of ${a.component} comes to` : 'is'} \`${a.size}\`, which is not an amount of storage; \`headgate run\` refuses it`,
  help: 'write bytes, or a number with Ki, Mi, Gi, Ti or k, M, G, T behind it, such as `512Mi`',
});
