/** `{CODE: level, warnings: level}`. */
import type { JsonObject } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import { allNames, codesNamed, nearestName } from '../../diagnostics/codes.ts';
import type { Severity } from '../../diagnostics/diagnostic.ts';
import { type Cursor, type NamedCursor, oneOf } from '../decode/cursor.ts';
import type { SettingsContext } from './section.ts';
import { shownNamesOf } from './shown-names-of.ts';

export type Level = Severity | 'off';
/** By code, by alias, and by `warnings` for all warnings that are not named. */
export type Levels = ReadonlyMap<string, Level>;

export const levelNames: readonly Level[] = ['error', 'warning', 'info', 'hint', 'off'];
const everyWarning = 'warnings';

export function readLevels(ctx: SettingsContext, cursor: Cursor | undefined): Levels {
  const levels = new Map<string, Level>();
  for (const item of shownNamesOf(ctx, cursor)) {
    const known = isKnown(ctx, item);
    const level = oneOf(ctx, item, levelNames);
    if (!known || level === undefined) continue;
    if (level !== 'error' && isError(item.name)) {
      ctx.tell(D.errorLowered({ code: item.name, level }, { at: ctx.at(item.node.range) }));
    } else levels.set(item.name, level);
  }
  return levels;
}

function isKnown(ctx: SettingsContext, { name, nameRange }: NamedCursor): boolean {
  if (name === everyWarning || codesNamed(name).length > 0) return true;
  const near = nearestName(name) ?? (/^warn(ing)?s?$/i.test(name) ? everyWarning : undefined);
  const help =
    near === undefined
      ? 'name a code as it stands in the brackets of a diagnostic, or `warnings`'
      : `did you mean \`${near}\`?`;
  ctx.tell(D.unknownCode({ name }, { at: ctx.at(nameRange), help }));
  return false;
}

/** An alias of which one code is no error may have a level; it changes that one. */
const isError = (name: string): boolean => {
  const codes = codesNamed(name);
  return codes.length > 0 && codes.every(({ severity }) => severity === 'error');
};

export const levelsSchema: JsonObject = { $ref: '#/$defs/levels' };

/** What sections refer to; called when the schema is generated. */
export function levelDefinitions(): JsonObject {
  const properties: Record<string, JsonObject> = {
    [everyWarning]: { $ref: '#/$defs/level', description: 'all warnings that are not named' },
  };
  for (const name of [...allNames()].sort()) {
    if (isError(name)) continue;
    const codes = codesNamed(name).filter(({ severity }) => severity !== 'error');
    properties[name] = { $ref: '#/$defs/level', description: codes.map(({ title }) => title).join('; ') };
  }
  const others = { const: 'error', description: 'any other code is an error, and stays one' };
  return {
    level: { enum: [...levelNames] },
    levels: {
      type: 'object',
      description: 'how loud each code is',
      properties,
      additionalProperties: others,
    },
  };
}

/** What these levels say of a diagnostic; a code comes before its aliases, both before `warnings`. */
export function levelIn(
  levels: Levels,
  codes: readonly string[],
  severity: Severity,
): { readonly name: string; readonly level: Level } | undefined {
  const name =
    codes.find((code) => levels.has(code)) ??
    (severity === 'warning' && levels.has(everyWarning) ? everyWarning : undefined);
  const level = name === undefined ? undefined : levels.get(name);
  return name === undefined || level === undefined ? undefined : { name, level };
}
