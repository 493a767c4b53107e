/** Values of the root config as Compose finds them: in `.env` what may be seen, in files what may not. */
import type { JsonValue } from '../../../../base/json.ts';
import type { ConfigLeaf } from '../../../../plan/wiring/component.ts';
import type { Presence, Text } from '../containers/values.ts';
import { inCompose } from './subnets.ts';

export const escaped = (text: string): string => text.replaceAll('$', '$$$$');

/** What Compose puts in the place of a leaf that is no secret. */
export function variableOfLeaf(leaf: ConfigLeaf, known: JsonValue | undefined, presence: Presence | undefined): string {
  if (known === undefined)
    return presence === 'optional'
      ? `\${${leaf.env}:-}`
      : `\${${leaf.env}:?is the value of config \`${leaf.path}\`: set it in .env}`;
  const text = typeof known === 'string' ? known : JSON.stringify(known);
  return isSafeDefault(text)
    ? `\${${leaf.env}:-${text}}`
    : `\${${leaf.env}:?has a default that stands in .env.example: copy it to .env}`;
}

/** What no reader of `${NAME:-default}` takes for the end of it, or for something else. */
export const isSafeDefault = (text: string): boolean => /^[^${}"'`\\\n\r]*$/.test(text);

export function composeText(text: Text, of: (leaf: ConfigLeaf) => string): string {
  return text
    .map((part) =>
      typeof part === 'string' ? escaped(part) : 'leaf' in part ? of(part.leaf) : inCompose(part.address),
    )
    .join('');
}
