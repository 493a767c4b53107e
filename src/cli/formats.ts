/** `--format FORMAT[=PATH]`: how diagnostics are told, and where. */
import { resolve } from 'node:path';
import { splitPair } from '../app/flags.ts';
import { UsageError } from '../app/usage-error.ts';
import { suggest } from '../base/suggest.ts';
import type { Destination } from './output.ts';
import type { WrittenTo } from './overwrite.ts';

export const formatNames = ['text', 'json', 'sarif', 'github'] as const;
export type FormatName = (typeof formatNames)[number];

export interface Format {
  readonly name: FormatName;
  /** Absent: standard error for text, standard output for the others. */
  readonly to?: Destination;
}

export function parseFormats(given: readonly string[], cwd: string): readonly Format[] {
  const formats = given.length === 0 ? [{ name: 'text' as const }] : given.map((text) => parseFormat(text, cwd));
  const piped = formats.filter(({ name, to }) => to === undefined && name !== 'text');
  if (piped.length > 1) {
    const names = piped.map(({ name }) => `--format ${name}`).join(' and ');
    throw new UsageError(
      `${names} both write to standard output; give one a path, as in --format ${piped[1]?.name}=FILE`,
    );
  }
  const paths = formats.flatMap(({ to }) => to ?? []);
  const twice = paths.find((one, i) => paths.findIndex(({ path }) => path === one.path) < i);
  if (twice) throw new UsageError(`two formats write to \`${twice.shown}\``);
  return formats;
}

export const writtenTo = (formats: readonly Format[]): readonly WrittenTo[] =>
  formats.flatMap(({ name, to }) => (to ? [{ option: `--format ${name}`, path: to.path, shown: to.shown }] : []));

function parseFormat(text: string, cwd: string): Format {
  const [name, path] = splitPair(text) ?? [text];
  const known = formatNames.find((format) => format === name);
  if (known === undefined) {
    const near = suggest(name, formatNames);
    const hint = near === undefined ? '' : `did you mean \`${near}\`? `;
    throw new UsageError(`--format ${name}: there is no such format; ${hint}formats: ${formatNames.join(', ')}`);
  }
  if (path === undefined || path === '-') return { name: known };
  return { name: known, to: { shown: path, path: resolve(cwd, path), toStdout: false, folder: false } };
}
