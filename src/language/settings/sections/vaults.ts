import type { Cursor } from '../../decode/cursor.ts';
import { named } from '../declared.ts';
import { quietText, withoutCredentials } from '../quiet.ts';
import type { Section, SettingsContext } from '../section.ts';
import { choice, fieldIn, flag, path, record, refuse, type Shape, text, variant, withRule } from '../shape.ts';

const variable = quietText('the name of a variable', {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  message: 'this is not the name of a variable',
  help: 'write the name of a variable of the environment, never the value',
});
const origin = quietText('where it is, as an origin', {
  pattern: /^https?:\/\/[^\s/?#@\\]+\/?$/,
  fault: (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const plain = url && url.pathname === '/' && `${url.username}${url.password}${url.search}${url.hash}` === '';
    return plain ? undefined : notOrigin;
  },
  message: 'this is not an origin: `http://` or `https://`, a host, and a port',
  help: 'write no more than the origin, such as `https://vault.example:8200`: no user, no password, no path',
});
const notOrigin = 'this is not an origin: `http://` or `https://`, a host, and a port';
const region = text('of AWS', {
  pattern: /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/,
  what: 'a region of AWS',
  help: 'write one such as `eu-west-1`',
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
  { ...provider('aws_secrets_manager'), region },
  { ...common, namespace: text('of the keys'), prefix: text('of the names'), endpoint: origin },
);
const token = record('by token', { ...method('token'), tokenEnv: variable }, {});
const appRole = record('by role', { ...method('approle'), roleIdEnv: variable, secretIdEnv: variable }, {});
const kv = record(
  'HashiCorp Vault or OpenBao',
  {
    ...provider('vault'),
    address: origin,
    mount: text('of the KV engine'),
    auth: variant<Read<typeof token> | Read<typeof appRole>>('login', 'method', { token, approle: appRole }),
  },
  common,
);

type Read<S> = S extends Shape<infer T> ? T : never;
export type VaultSettings = Read<typeof local> | Read<typeof aws> | Read<typeof kv>;

const anyVault = variant<VaultSettings>('where secrets are kept', 'provider', {
  local_encrypted: local,
  aws_secrets_manager: aws,
  vault: kv,
});

const vault: Shape<VaultSettings> = {
  ...anyVault,
  read: (ctx, cursor) => anyVault.read(ctx, clean(ctx, cursor)),
};

const keysOf: Readonly<Record<string, readonly string[]>> = {
  '': ['provider', 'default', 'file', 'key', 'region', 'namespace', 'prefix', 'endpoint', 'address', 'mount', 'auth'],
  key: ['file', 'passphraseEnv'],
  auth: ['method', 'tokenEnv', 'roleIdEnv', 'secretIdEnv'],
};
const helps: Readonly<Record<string, string>> = {
  local_encrypted:
    'name the file of the key, `key: { file: … }`, or a variable with the passphrase, `key: { passphraseEnv: NAME }`',
  aws_secrets_manager:
    'credentials of AWS come from the environment, from its shared file, or from where the machine is: remove it',
  vault: 'name variables that hold them: `tokenEnv`, or `roleIdEnv` and `secretIdEnv`',
};

/** What opens a vault has no place here, whatever it is called: it is told with words of its own, and never shown. */
function clean(ctx: SettingsContext, cursor: Cursor): Cursor {
  const said = fieldIn(cursor, 'provider')?.node;
  const help =
    (said?.kind === 'string' ? helps[said.value] : undefined) ??
    'name a variable that holds it, with a key that ends in `Env`';
  const top = withoutCredentials(ctx, cursor, keysOf[''] ?? [], help);
  if (top.node.kind !== 'object') return top;
  const entries = top.node.entries.map((entry) => {
    const known = ['key', 'auth'].includes(entry.key) ? keysOf[entry.key] : undefined;
    if (!known) return entry;
    const below = withoutCredentials(ctx, { node: entry.value, path: `${cursor.path}.${entry.key}` }, known, help);
    return { ...entry, value: below.node };
  });
  return { ...top, node: { ...top.node, entries } };
}

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
