import { named } from '../declared.ts';
import type { Section } from '../section.ts';
import { choice, fieldIn, flag, path, record, refuse, type Shape, text, variant, withRule } from '../shape.ts';

const variable = text('the name of a variable', {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  what: 'the name of a variable',
  help: 'write the name of a variable of the environment, never the value',
});
const url = text('where it is', {
  pattern: /^https?:\/\/[^\s/]+/,
  what: 'an http or https URL',
  help: 'write a URL, such as `https://vault.example:8200`',
});
const common = { default: flag('new secrets come here; at most one vault says so') };

const key = withRule(
  record('what opens it', {}, { file: path('file of the key'), passphraseEnv: variable }),
  (ctx, _, cursor) => {
    const [file, passphrase] = [fieldIn(cursor, 'file'), fieldIn(cursor, 'passphraseEnv')];
    if (!file && !passphrase)
      ctx.report('missing-field', cursor.node.range, cursor.path, 'nothing opens it', 'add `file` or `passphraseEnv`');
    if (file && passphrase) refuse(ctx, passphrase, '`file` says already what opens it', 'keep one of the two');
  },
);

const provider = <T extends string>(name: T): { readonly provider: Shape<T> } => ({
  provider: choice('where secrets are kept', [name]),
});
const method = <T extends string>(name: T): { readonly method: Shape<T> } => ({ method: choice('of login', [name]) });

const local = record('a file', { ...provider('local_encrypted'), file: path('the vault'), key }, common);
const aws = record(
  'AWS Secrets Manager',
  { ...provider('aws_secrets_manager'), region: text('of AWS') },
  { ...common, namespace: text('of the keys'), prefix: text('of the names'), endpoint: url },
);
const token = record('by token', { ...method('token'), tokenEnv: variable }, {});
const appRole = record('by role', { ...method('approle'), roleIdEnv: variable, secretIdEnv: variable }, {});
const kv = record(
  'HashiCorp Vault or OpenBao',
  {
    ...provider('vault'),
    address: url,
    mount: text('of the KV engine'),
    auth: variant<Read<typeof token> | Read<typeof appRole>>('login', 'method', { token, approle: appRole }),
  },
  common,
);

type Read<S> = S extends Shape<infer T> ? T : never;
export type VaultSettings = Read<typeof local> | Read<typeof aws> | Read<typeof kv>;

const vault = variant<VaultSettings>('where secrets are kept', 'provider', {
  local_encrypted: local,
  aws_secrets_manager: aws,
  vault: kv,
});

/** By name. */
export type VaultsSettings = Readonly<Record<string, VaultSettings>>;

const declared = named('vaults', 'where secrets are kept, by name', vault);

export const vaultsSection: Section<VaultsSettings> = {
  ...declared,
  read: (ctx, cursor) => {
    const found = declared.read(ctx, cursor);
    const defaults = Object.keys(found).filter((name) => found[name]?.default === true);
    const [first, second] = defaults;
    const entry = second === undefined ? undefined : cursor && fieldIn(cursor, second);
    const at = entry && fieldIn(entry, 'default');
    if (at)
      ctx.report(
        'duplicate-field',
        at.node.range,
        at.path,
        `\`${first}\` is the default already`,
        'keep one of the two',
      );
    return found;
  },
};
