/**
 * `secret://VAULT/KEY[@VERSION|STAGE][#FIELD]`: where a secret is kept, in the place of the secret. A text is a reference as a whole or
 * not at all.
 */

export interface SecretReference {
  /** A name in `vaults` of the settings. */
  readonly vault: string;
  /** Within the vault; may have several parts, joined by `/`. */
  readonly key: string;
  /** The current one unless given. */
  readonly version?: SecretVersion;
  /** Of a secret that is a JSON object: one of its keys. */
  readonly field?: string;
}

export type SecretVersion =
  /** Counted from 1. */
  | { readonly number: number }
  /** A label, or an id, of the provider, such as `AWSPREVIOUS`. */
  | { readonly stage: string };

const scheme = 'secret://';
const maxKeyLength = 120;
export const maxReferenceLength = 512;
const vaultForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const partForm = /^[A-Za-z0-9_.-]+$/;
const versionForm = /^(?:[1-9][0-9]{0,8}|(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9_.:-]{0,63})$/;

/** It is meant as one, whether or not it can be read. */
export const isReference = (text: string): boolean => text.startsWith(scheme);

/** Null for a key that can be used; else what is wrong with it, in words that do not quote it. */
export function keyFault(key: string): string | null {
  if (key === '') return 'the key is missing';
  if (key.length > maxKeyLength) return `the key is longer than ${maxKeyLength} characters`;
  const parts = key.split('/');
  if (parts.every((part) => partForm.test(part) && part !== '.' && part !== '..')) return null;
  return 'a key has letters, digits, `_`, `.` and `-`; its parts are joined by single `/`';
}

/** Never quotes the text: it may hold the secret itself. O(length). */
export function parseReference(text: string): SecretReference | { readonly fault: string } {
  if (!isReference(text)) return { fault: 'it does not begin with `secret://`' };
  if (text.length > maxReferenceLength) return { fault: `it is longer than ${maxReferenceLength} characters` };
  const rest = text.slice(scheme.length);
  const [path, field] = cut(rest, '#');
  const [named, version] = cut(path, '@');
  const [vault, key = ''] = cut(named, '/');
  if (!vaultForm.test(vault)) return { fault: 'the name of a vault must follow `secret://`' };
  const fault = keyFault(key);
  if (fault !== null) return { fault };
  if (version !== undefined && !versionForm.test(version))
    return { fault: 'behind `@` must stand a version, counted from 1, or the name of a stage' };
  if (field === '') return { fault: 'behind `#` must stand a key of the secret' };
  return {
    vault,
    key,
    ...(version === undefined ? {} : { version: versionOf(version) }),
    ...(field === undefined ? {} : { field }),
  };
}

export function formatReference({ vault, key, version, field }: SecretReference): string {
  const at = version === undefined ? '' : `@${'number' in version ? version.number : version.stage}`;
  return `${scheme}${vault}/${key}${at}${field === undefined ? '' : `#${field}`}`;
}

const versionOf = (text: string): SecretVersion =>
  /^[0-9]{1,9}$/.test(text) ? { number: Number(text) } : { stage: text };

/** At the first `mark`; undefined where there is none. */
function cut(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
