import * as D from '../../../diagnostics/catalogue/vault.ts';
import { type Cursor, textOf } from '../../decode/cursor.ts';
import { isMount, originOf } from '../../secrets/vault-address.ts';
import { named } from '../declared.ts';
import { type Hidden, hide, quietly } from '../hidden-values.ts';
import { quietText, withoutCredentials } from '../quiet.ts';
import type { Section, SettingsContext } from '../section.ts';
import { choice, fieldIn, flag, path, record, refuse, type Shape, text, variant, withRule } from '../shape.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const variable = quietText('the name of a variable', {
  pattern: variableName,
  message: 'this is not the name of a variable',
  help: 'write the name of a variable of the environment, never the value',
});
const origin = quietText('where it is, as an origin', {
  pattern: /^https?:\/\/[^\s/?#@\\]+\/?$/,
  fault: (value) => {
    const read = originOf(value);
    return 'origin' in read ? undefined : `this ${read.fault}`;
  },
  message: 'this is not an origin: `http://` or `https://`, a host, and a port',
  help: 'write no more than the origin, such as `https://vault.example:8200`: no user, no password, no path',
});
const region = text('of AWS', {
  pattern: /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/,
  what: 'a region of AWS',
  help: 'write one such as `eu-west-1`',
});
const mount: Shape<string> = {
  schema: { type: 'string', minLength: 1, description: 'of the KV engine, version 2' },
  read: (ctx, cursor) => {
    const found = textOf(ctx, cursor);
    if (!found || isMount(found.value)) return found?.value;
    return refuse(
      ctx,
      cursor,
      'this is not the path of a mount',
      'write where the engine is mounted, such as `secret`',
    );
  },
};
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
    mount,
    auth: variant<NonNullable<ReturnType<typeof token.read>> | NonNullable<ReturnType<typeof appRole.read>>>(
      'login',
      'method',
      { token, approle: appRole },
    ),
  },
  common,
);

/** Shown and locked: it can be declared, and nobody ever asks it for anything. */
const gcp = record(
  'Google Cloud Secret Manager, which is coming soon',
  { ...provider('gcp_secret_manager') },
  { default: noDefault() },
);

export type VaultSettings =
  | NonNullable<ReturnType<typeof local.read>>
  | NonNullable<ReturnType<typeof aws.read>>
  | NonNullable<ReturnType<typeof kv.read>>;
export type LockedVaultSettings = NonNullable<ReturnType<typeof gcp.read>>;

const anyVault = variant<VaultSettings | LockedVaultSettings>('where secrets are kept', 'provider', {
  local_encrypted: local,
  aws_secrets_manager: aws,
  vault: kv,
  gcp_secret_manager: gcp,
});

const vault: Shape<VaultSettings | LockedVaultSettings> = {
  ...anyVault,
  read: (ctx, cursor) => {
    const quiet = quietly(ctx, hiddenIn(cursor), helpFor(cursor));
    return anyVault.read(quiet, clean(quiet, cursor));
  },
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

const providerOf = (cursor: Cursor): string | undefined => {
  const said = fieldIn(cursor, 'provider')?.node;
  return said?.kind === 'string' ? said.value : undefined;
};

function helpFor(cursor: Cursor): string {
  const name = providerOf(cursor);
  return (
    (name !== undefined && Object.hasOwn(helps, name) ? helps[name] : undefined) ??
    'name a variable that holds it, with a key that ends in `Env`'
  );
}

const names: ReadonlySet<string> = new Set(Object.values(keysOf).flat());

/** Of a field that the vault has, a text is shown where it is what the field takes. */
function hiddenIn({ node }: Cursor): Hidden {
  const hidden: Hidden = { ranges: [], texts: new Set() };
  hide(node, [], { name: (key) => names.has(key), text: shownText }, hidden);
  return hidden;
}

function shownText([field = '', below, deeper]: readonly string[], text: string): boolean {
  if (below === undefined && ['address', 'endpoint'].includes(field)) return 'origin' in originOf(text);
  if (below === undefined) return !['', 'key', 'auth'].includes(field) && (keysOf['']?.includes(field) ?? false);
  if (deeper !== undefined || !Object.hasOwn(keysOf, field) || !keysOf[field]?.includes(below)) return false;
  if (below === 'method') return ['token', 'approle'].includes(text);
  return below === 'file' || variableName.test(text);
}

/** What opens a vault has no place here, whatever it is called: it is told with words of its own, and never shown. */
function clean(ctx: SettingsContext, cursor: Cursor): Cursor {
  const help = helpFor(cursor);
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
export type VaultsSettings = Readonly<Record<string, VaultSettings | LockedVaultSettings>>;

export const isLocked = (one: VaultSettings | LockedVaultSettings): one is LockedVaultSettings =>
  one.provider === 'gcp_secret_manager';

const declared = named('vaults', 'where secrets are kept, by name', vault);

export const vaultsSection: Section<VaultsSettings> = {
  ...declared,
  read: (ctx, cursor) => {
    const found = declared.read(ctx, cursor);
    tellLocked(ctx, cursor, found);
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

function noDefault(): Shape<false> {
  return {
    schema: { const: false, description: 'secrets cannot be kept there yet' },
    read: (ctx, cursor) => {
      const said = flag('').read(ctx, cursor);
      if (said !== true) return said;
      return refuse(ctx, cursor, 'secrets cannot be kept there yet', 'make another vault the default');
    },
  };
}

function tellLocked(ctx: SettingsContext, cursor: Cursor | undefined, vaults: VaultsSettings): void {
  for (const [name, one] of Object.entries(vaults)) {
    const entry = isLocked(one) && cursor ? fieldIn(cursor, name) : undefined;
    const at = entry && fieldIn(entry, 'provider');
    if (at) ctx.tell(D.vaultComingSoon({ name, provider: one.provider }, { at: ctx.at(at.node.range) }));
  }
}
