import { suggest } from '../../base/suggest.ts';
import type { Entry } from '../../ir/syntax.ts';
import type { Meant, Reporter } from './reporter.ts';

/** What people mean with the merge key of YAML 1.1. */
export const everything = '<<';

export interface FieldNames {
  readonly known: readonly string[];
  /** Help for fields that belong elsewhere. */
  readonly alienHelp?: Readonly<Record<string, string>>;
  /** What the object has. */
  readonly taken: ReadonlySet<string>;
}

/** Answers the field that was probably meant. */
export function reportUnknown(
  ctx: Reporter,
  entry: Entry,
  path: string,
  { known, alienHelp, taken }: FieldNames,
): string | undefined {
  const { key, keyRange, value } = entry;
  const tell = (help: string, meant?: Meant): void =>
    ctx.report('unknown-field', keyRange, path, `unknown field \`${key}\``, help, meant);
  if (key === everything) {
    tell('merge keys are not read: write the fields out');
    return everything;
  }
  const alien = alienHelp && Object.hasOwn(alienHelp, key) ? alienHelp[key] : undefined;
  if (alien !== undefined) {
    tell(alien);
    return undefined;
  }
  const colon = key.indexOf(':');
  const glued = value.kind === 'null' && colon > 0 && known.includes(key.slice(0, colon));
  if (glued) {
    tell(`put a blank behind the colon: \`${key.slice(0, colon)}: ${key.slice(colon + 1)}\``);
    return key.slice(0, colon);
  }
  const near = suggest(key, known);
  if (near !== undefined) {
    tell(`did you mean \`${near}\`?`, taken.has(near) ? undefined : { range: keyRange, text: near });
    return near;
  }
  const list = known.map((name) => `\`${name}\``).join(', ');
  tell(known.length === 0 ? 'no field can stand here' : `the fields here are ${list}`);
  return undefined;
}
