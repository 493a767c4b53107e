import { define } from '../define.ts';

interface Said {
  /** Where it was said, if no place in a file tells it: `the variable …`. */
  readonly by?: string | undefined;
}
const by = ({ by: said }: Said, text: string): string => (said === undefined ? text : `${said}: ${text}`);

export const secretReferenceInvalid = define('link/secret-reference-invalid', {
  severity: 'error',
  title: 'reference to a secret that cannot be read',
  message: (a: Said & { reason: string }) => by(a, `this reference to a secret cannot be read: ${a.reason}`),
  help: 'write `secret://VAULT/KEY` as the whole text; `@VERSION` and `#FIELD` may follow',
});

export const unknownVault = define('link/unknown-vault', {
  severity: 'error',
  title: 'reference to a vault that the settings do not declare',
  message: (a: Said & { vault: string; near: string | undefined; declared: readonly string[] }) =>
    by(a, `the settings declare no vault \`${a.vault}\`, so nobody knows where this secret is kept`),
  help: (a) => {
    if (a.near !== undefined) return `did you mean \`${a.near}\`?`;
    const known = a.declared.map((name) => `\`${name}\``).join(', ');
    return `declare it below \`vaults\` in headgate.yaml${known === '' ? '' : `; declared so far: ${known}`}`;
  },
});

export const inlineSecret = define('link/inline-secret', {
  severity: 'error',
  title: 'secret that is written out',
  message: (a: Said & { name: string }) =>
    by(a, `the value of \`${a.name}\` is written out, and by its name it is a secret`),
  help: 'keep the value in a vault, with `headgate secrets set VAULT/KEY`, and write `secret://VAULT/KEY` here; of what is not a secret, say so in a comment: `headgate-not-secret: REASON`',
});

export const secretPlaceholder = define('link/secret-placeholder', {
  severity: 'error',
  title: 'what stands for a secret in logs was given as a value',
  message: (a: Said & { name: string }) =>
    by(
      a,
      `the value of \`${a.name}\` is \`[secret]\`, which headgate writes in the place of a secret in what it shows`,
    ),
  help: 'write the reference `secret://VAULT/KEY`; what was shown as `[secret]` cannot be had from there',
});
