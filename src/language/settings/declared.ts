/** Names that one part of the settings declares and others use. */

import { hasControl } from '../../base/control.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import { textOf } from '../decode/cursor.ts';
import { isReference, parseReference } from '../secrets/reference.ts';
import { type Kind, kinds } from './names-used.ts';
import type { Section, SettingsContext } from './section.ts';
import { refuse, type Shape } from './shape.ts';
import { shownNamesOf } from './shown-names-of.ts';

const nameForm = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$';

/** A section of things that are told apart by names of the author. */
export const named = <T>(kind: Kind, description: string, shape: Shape<T>): Section<Readonly<Record<string, T>>> => ({
  schema: {
    type: 'object',
    description,
    propertyNames: { pattern: nameForm },
    additionalProperties: shape.schema,
  },
  read: (ctx, cursor) => {
    const found: [string, T][] = [];
    const declared = new Map<string, Range>();
    for (const entry of shownNamesOf(ctx, cursor)) {
      const { name, nameRange } = entry;
      if (!hasControl(name) && !new RegExp(nameForm).test(name)) {
        const help = 'use up to 64 letters, digits, `_`, `-` and `.`, and begin with a letter or a digit';
        ctx.report('invalid-value', nameRange, entry.path, `\`${name}\` cannot be a name`, help);
      }
      declared.set(name, nameRange);
      const value = shape.read(ctx, entry);
      if (value !== undefined) found.push([name, value]);
    }
    ctx.names.declared.set(kind, declared);
    return Object.fromEntries(found);
  },
});

/** The name of something that a section declares. */
export const nameIn = (kind: Kind, description: string): Shape<string> => ({
  schema: { type: 'string', description: `${description}; a name of \`${kind}\`` },
  read: (ctx, cursor) => {
    const found = textOf(ctx, cursor);
    if (found) ctx.names.used.push({ kind, name: found.value, range: found.range });
    return found?.value;
  },
});

const secretSchema = (description: string): JsonObject => ({
  type: 'string',
  description: `${description}: \`secret://VAULT/KEY[@VERSION][#FIELD]\``,
  pattern: '^secret://[^/]+/[^@#]+(@[^#]+)?(#.+)?$',
});

/** Where a secret is kept; never the secret. */
export const secretReference = (description: string): Shape<string> => ({
  schema: secretSchema(description),
  read: (ctx, cursor) => {
    const found = textOf(ctx, cursor);
    if (!found) return undefined;
    const reference = parseReference(found.value);
    // What stands there may be the secret itself, so it is not quoted.
    if ('fault' in reference)
      return refuse(
        ctx,
        cursor,
        isReference(found.value)
          ? `this reference cannot be read: ${reference.fault}`
          : 'this is not a reference to a secret',
        'write `secret://VAULT/KEY`, and keep the value in the vault',
      );
    ctx.names.used.push({ kind: 'vaults', name: reference.vault, range: found.range });
    return found.value;
  },
});

/** After all sections were read. */
export function checkNames(ctx: SettingsContext): void {
  const uses = new Set<string>();
  for (const { kind, name, range } of ctx.names.used) {
    const { what, given } = kinds[kind];
    const known = [...(ctx.names.declared.get(kind)?.keys() ?? []), ...given];
    const meant = known.includes(name) ? name : suggest(name, known);
    // What is only misspelt is not told as unused besides.
    uses.add(`${kind} ${meant}`);
    if (meant === name) continue;
    const help = meant === undefined ? `declare it below \`${kind}\`` : `did you mean \`${meant}\`?`;
    ctx.tell(D.unknownName({ what, name }, { at: ctx.at(range), help }));
  }
  for (const kind of ['profiles', 'sandboxes', 'environments', 'workspaces'] as const)
    for (const [name, range] of ctx.names.declared.get(kind) ?? []) {
      const { what, given } = kinds[kind];
      if ((given as readonly string[]).includes(name) || uses.has(`${kind} ${name}`)) continue;
      ctx.tell(D.unusedName({ what, name }, { at: ctx.at(range) }));
    }
}
