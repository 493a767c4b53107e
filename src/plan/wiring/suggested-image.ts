/** Which image a program may be given that is a path, as far as that shows. */
import { own } from '../../base/json.ts';
import type { LoweredArgument, LoweredProgram } from '../../ir/graph.ts';

export interface ImageWanted {
  /** What the image has to have. */
  readonly needs: string;
  /** One that has it; undefined where nobody knows. */
  readonly image?: string;
}

const images: Readonly<Record<string, string>> = {
  bash: 'bash:5.2',
  node: 'node:20-slim',
  nodejs: 'node:20-slim',
  perl: 'perl:5.40-slim',
  php: 'php:8.3-cli',
  python: 'python:3.11-slim',
  ruby: 'ruby:3.3-slim',
  sh: 'busybox:1.36',
};

/** What lies at such a place in an image is not what lies there on this machine. */
const places: Readonly<Record<string, string>> = {
  '/bin/bash': 'debian:12-slim',
  '/bin/sh': 'busybox:1.36',
  '/usr/bin/bash': 'debian:12-slim',
  '/usr/bin/perl': 'debian:12-slim',
  '/usr/bin/sh': 'debian:12-slim',
};

const endings: Readonly<Record<string, string>> = {
  bash: 'bash',
  cjs: 'node',
  js: 'node',
  mjs: 'node',
  php: 'php',
  pl: 'perl',
  py: 'python',
  rb: 'ruby',
  sh: 'sh',
};

/** `firstLine` is that of its file, where there is one to look at. */
export function wantedImage(
  { path, args }: Pick<Extract<LoweredProgram, { readonly path: string }>, 'path' | 'args'>,
  firstLine: string | undefined,
): ImageWanted {
  const isFile = path.includes('/') && !path.startsWith('/');
  const found = isFile ? ofFile(path, firstLine) : interpreterIn([path, ...args.map(wordOf)]);
  const known = own(images, found) ?? versioned(found);
  if (known !== undefined) return { needs: found, image: known };
  // Where official images have what they are called after.
  const image = own(places, found) ?? own(images, /^\/usr\/local\/bin\/(\w+)$/.exec(found)?.[1] ?? '');
  return { needs: found, ...(image === undefined ? {} : { image }) };
}

const wordOf = (argument: LoweredArgument): string =>
  typeof argument === 'string' ? argument : 'arg' in argument ? argument.arg : '';

function ofFile(path: string, firstLine: string | undefined): string {
  const line = firstLine?.startsWith('#!') ? interpreterIn(firstLine.slice(2).trim().split(/\s+/)) : '';
  if (line !== '') return line;
  return own(endings, /\.(\w+)$/.exec(path)?.[1] ?? '') ?? path;
}

/** `env` starts what it is told to. */
function interpreterIn([first = '', ...rest]: readonly string[]): string {
  if (first !== 'env' && !first.endsWith('/env')) return first;
  return rest.find((word) => word !== '' && !word.startsWith('-') && !word.includes('=')) ?? first;
}

/** Of what comes under the name of its version too. */
function versioned(name: string): string | undefined {
  const [, version] = /^python(3(?:\.\d+)?)$/.exec(name) ?? [];
  return version?.includes('.') ? `python:${version}-slim` : version && images['python'];
}
