import { suggest } from '../base/suggest.ts';
import type { Each, When } from '../ir/manifest.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly unknownSource: boolean; readonly message: string };

/** `config.<path>` or `slots.<slot>[.url]`, without `${}`. */
export function parseWhen(text: string): Parsed<Pick<When, 'kind' | 'path'>> {
  const [head = '', ...rest] = text.split('.');
  if (head !== 'config' && head !== 'slots' && head !== 'item') {
    const slip = slipIn(text, /^(?:config|slots)(?:\.[^.]+)+$/);
    const message = slip ?? `\`${text}\` has an unknown source; a condition is \`config.<path>\` or \`slots.<slot>\``;
    return { ok: false, unknownSource: true, message };
  }
  if (head === 'item' || rest.length === 0 || rest.some((segment) => segment === '')) {
    return {
      ok: false,
      unknownSource: false,
      message: `\`${text}\` is not a condition; write \`config.<path>\` or \`slots.<slot>\``,
    };
  }
  return { ok: true, value: { kind: head, path: rest.join('.') } };
}

/** `config.<path>` or `slots.<slot>`. */
export function parseEach(text: string): Parsed<Pick<Each, 'kind' | 'path'>> {
  const [head, ...rest] = text.split('.');
  const bad =
    (head !== 'config' && head !== 'slots') ||
    rest.length === 0 ||
    rest.some((s) => s === '') ||
    (head === 'slots' && rest.length > 1);
  if (bad)
    return {
      ok: false,
      unknownSource: false,
      message:
        slipIn(text, /^(?:config(?:\.[^.]+)+|slots\.[^.]+)$/) ??
        `\`${text}\` cannot be repeated over; write \`config.<path>\` or \`slots.<slot>\``,
    };
  return { ok: true, value: { kind: head === 'config' ? 'config' : 'slots', path: rest.join('.') } };
}

/** What people write because other languages have it, and a word that is nearly right. */
function slipIn(text: string, good: RegExp): string | undefined {
  const bare = text.startsWith('${') && text.endsWith('}') ? text.slice(2, -1).trim() : undefined;
  if (bare !== undefined && good.test(bare)) return `\`${text}\` is a reference for texts; write \`${bare}\` here`;
  if (text.startsWith('!') && good.test(text.slice(1).trim()))
    return `\`${text}\`: a condition asks whether there is a value, and cannot be turned round; write \`${text.slice(1).trim()}\``;
  const [head = '', ...rest] = text.split('.');
  const meant = [suggest(head, ['config', 'slots']), ...rest].join('.');
  return good.test(meant) && meant !== text
    ? `\`${text}\` has an unknown source; did you mean \`${meant}\`?`
    : undefined;
}
