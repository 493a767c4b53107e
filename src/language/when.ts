import type { Each, When } from '../ir/manifest.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly unknownSource: boolean; readonly message: string };

/** `config.<path>` or `slots.<slot>[.url]`, without `${}`. */
export function parseWhen(text: string): Parsed<Pick<When, 'kind' | 'path'>> {
  const [head, ...rest] = text.split('.');
  if (head !== 'config' && head !== 'slots' && head !== 'item') {
    return {
      ok: false,
      unknownSource: true,
      message: `\`${text}\` has an unknown source; a condition is \`config.<path>\` or \`slots.<slot>\``,
    };
  }
  if (head === 'item' || rest.length === 0 || rest.some((segment) => segment === '')) {
    return {
      ok: false,
      unknownSource: false,
      message: `\`${text}\` is no condition; write \`config.<path>\` or \`slots.<slot>\``,
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
      message: `\`${text}\` cannot be repeated over; write \`config.<path>\` or \`slots.<slot>\``,
    };
  return { ok: true, value: { kind: head === 'config' ? 'config' : 'slots', path: rest.join('.') } };
}
