/**
 * How a secret reaches an argument or a variable of a program: a line of shell reads it from its file, so that it is in no file of Compose and
 * in nothing that `docker inspect` shows. Line ends behind it are left away, as every shell does.
 */

import type { Part, Text } from '../containers/values.ts';
import { inCompose } from './subnets.ts';
import { escaped } from './values.ts';

const inQuotes = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Where Compose puts a secret, unless told otherwise. */
export const secretPath = (path: string): string => `/run/secrets/${path}`;

/** A word of the shell, as it stands in a file of Compose. Values that are no secret come by variables: they may hold anything. */
function word(text: Text): string {
  const part = (one: Part): string => {
    if (typeof one === 'string') return escaped(inQuotes(one));
    if ('address' in one) return `'${inCompose(one.address)}'`;
    const { leaf } = one;
    return leaf.secret ? `"$$(cat ${secretPath(leaf.path)})"` : `"$$${leaf.env}"`;
  };
  return text.length === 0 ? "''" : text.map(part).join('');
}

export const isVariableName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

/** `env` and `argv` are those that hold secrets; whatever else there is stands in the service as usual. */
export function launcher(
  argv: readonly Text[],
  env: readonly (readonly [string, Text])[],
  passed: readonly string[],
): readonly string[] {
  const set = env.map(([name, text]) => `export ${name}=${word(text)}`);
  // What was only handed over is not the program's.
  const line = [...set, `set -- ${argv.map(word).join(' ')}`, ...passed.map((name) => `unset ${name}`), 'exec "$$@"'];
  return ['/bin/sh', '-ec', line.join('\n')];
}
