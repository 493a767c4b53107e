/** What SARIF says once of each code, beside the results that have it. */
import { codesNamed } from '../codes.ts';
import type { Severity } from '../diagnostic.ts';

export type Level = 'error' | 'warning' | 'note';
export const LEVELS: Readonly<Record<Severity, Level>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown?: string };
  readonly defaultConfiguration: { readonly level: Level };
  readonly properties: { readonly tags: readonly string[]; readonly aliases?: readonly string[] };
}

/** GitHub shows no more of a description; in UTF-16 units. */
const MAX_DESCRIPTION = 1024;

/** The code in the id of a rule: `govern/finding-error/audit.record/no-images` is one of `govern/finding-error`. */
export const codeOf = (id: string): string => id.split('/', 2).join('/');

export function sarifRule(id: string, page: string | undefined): Rule {
  const code = codeOf(id);
  const known = codesNamed(code).find((other) => other.code === code);
  const title = known?.title ?? code;
  const description = (page === undefined ? '' : introduction(page)) || title;
  return {
    id,
    name: pascalCase(code),
    shortDescription: { text: title },
    fullDescription: { text: description.slice(0, MAX_DESCRIPTION) },
    help: {
      text: `${description}\n\n\`headgate explain ${code}\` shows an example of the mistake and of its repair.`,
      ...(page === undefined ? {} : { markdown: forReaders(page) }),
    },
    defaultConfiguration: { level: LEVELS[known?.severity ?? 'warning'] },
    properties: {
      tags: [code.split('/', 1)[0] as string],
      ...(known && known.aliases.length > 0 ? { aliases: known.aliases } : {}),
    },
  };
}

/** `link/unbound-slot` → `UnboundSlot` */
const pascalCase = (code: string): string =>
  code
    .slice(code.indexOf('/') + 1)
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

/** The prose between the title of a page and its first section, on one line. */
function introduction(page: string): string {
  const body = page.replace(/^# .*\n/, '');
  const end = body.search(/^## /m);
  return (end < 0 ? body : body.slice(0, end)).replace(/\s+/g, ' ').trim();
}

/** Names of headgate's own tests are for its developers. */
const forReaders = (page: string): string => `${page.replace(/^## Shown by$[\s\S]*/m, '').trim()}\n`;
