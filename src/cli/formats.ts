/** `--format FORMAT[=PATH]`: how diagnostics are told, and where. */
import { resolve } from 'node:path';
import { splitPair } from '../app/flags.ts';
import { realPath } from '../app/real-path.ts';
import { UsageError } from '../app/usage-error.ts';
import { suggest } from '../base/suggest.ts';
import type { Destination } from './output.ts';

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

/** A report over a manifest would destroy what somebody wrote. `sources`: from the current folder. */
export function refuseOverSources(formats: readonly Format[], sources: Iterable<string>, cwd: string): void {
  const written = formats.filter(({ to }) => to !== undefined);
  if (written.length === 0) return;
  const read = new Set([...sources].map((file) => realPath(resolve(cwd, file))));
  const clash = written.find(({ to }) => to && read.has(realPath(to.path)));
  if (clash) throw new UsageError(`--format ${clash.name} would overwrite \`${clash.to?.shown}\`, which was checked`);
}

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
