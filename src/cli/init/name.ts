/** What a new scenario is called: also the name of an npm package and a text in YAML. */
import { basename } from 'node:path';
import { UsageError } from '../../app/usage-error.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
/** npm refuses the first two, and a package that is called like one it installs. */
const taken: readonly string[] = ['node_modules', 'favicon.ico', 'headgate', 'typescript'];

const isName = (name: string): boolean => NAME.test(name) && !taken.includes(name);

/** `folder` is absolute. A name that was typed is taken as it is or refused. */
export function chooseName(folder: string, typed: string | undefined): string {
  if (typed === undefined) return nameFrom(basename(folder));
  if (isName(typed)) return typed;
  const rule =
    'a name is made of a-z, 0-9, `-`, `.` and `_`, begins with a letter or digit, and is no package of its own';
  throw new UsageError(`--name \`${typed}\` cannot be used: ${rule}; \`${nameFrom(typed)}\` would do`);
}

/** Letters lose their accents, and everything that is not allowed becomes a dash. */
function nameFrom(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .slice(0, 80)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (name === '') return 'scenario';
  return isName(name) ? name : `${name}-scenario`;
}
